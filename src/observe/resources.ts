// What this process may use of the machine, and what it uses: memory and open files. Where the system does not tell
// (outside of Linux), there is no limit.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { totalmem } from "node:os";

/** Most open files that Redis, health checks, plain requests and operators need, beside connections. */
const maxReservedFiles = 128;

/** The part of the memory from which new clients are refused. */
const memoryShare = 0.75;

const pageBytes = 4096;

const ownFiles = "/proc/self/fd";

/** The text of a file; `undefined` if there is none that can be read. */
export function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Files that this process may have open at the same time; no limit is `Infinity`. */
export function fileLimit(): number {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(read("/proc/self/limits") ?? "") ?? [];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}

/** Open files that are not for WebSocket connections. @param limit see `fileLimit` */
export const reservedFiles = (limit: number): number =>
  Math.min(maxReservedFiles, Math.floor(limit / 4));

/** WebSocket connections for which there are open files; no limit is `Infinity`. */
export function connectionsByFiles(): number {
  const limit = fileLimit();
  return Math.max(1, limit - reservedFiles(limit));
}

/** Whether counting the open files takes the same time however many there are: Linux tells the number from 6.2 on. */
export const countsFilesFast = (): boolean => statSync(ownFiles).size > 0;

/** Files that this process has open; `Infinity` if it can open none to count them. */
export function openFiles(): number {
  try {
    return statSync(ownFiles).size || readdirSync(ownFiles).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Three quarters of the container's memory, or of the machine's, in bytes. */
export function defaultMemoryLimit(): number {
  const limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
    .map((path) => Number(read(path)?.trim()))
    .filter((bytes) => bytes > 0);
  return Math.min(totalmem(), ...limits) * memoryShare;
}

/** Resident memory of this process in bytes; 0 if the system does not tell. */
export function residentBytes(): number {
  const [, pages] = read("/proc/self/statm")?.split(" ") ?? [];
  return pages === undefined ? 0 : Number(pages) * pageBytes;
}
