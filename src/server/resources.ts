// What this process may use of the machine, and what it uses: memory and open files. Where the system does not tell
// (outside of Linux), there is no limit.

import { readFileSync } from "node:fs";
import { totalmem } from "node:os";

/** Open files that Redis, health checks, plain requests and operators need, beside connections. */
const reservedFiles = 128;

/** The part of the memory from which new clients are refused. */
const memoryShare = 0.75;

const pageBytes = 4096;

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** WebSocket connections for which there are open files; no limit is `Infinity`. */
export function connectionsByFiles(): number {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(read("/proc/self/limits") ?? "") ?? [];
  if (soft === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(1, Number(soft) - Math.min(reservedFiles, Math.floor(Number(soft) / 4)));
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
