// What the system says of this process. Bun's own answers are not used: some of them are made up for programs that
// expect Node.

import { fileLimit, openFiles, read, residentBytes } from "./resources.ts";

/** Ticks in a second in /proc/self/stat: the same on all of Linux's platforms that Bun runs on. */
const ticksPerSecond = 100;

/** What the system does not tell (outside of Linux) is not there. */
export interface ProcessFigures {
  readonly residentBytes?: number;
  /** Of user and system. */
  readonly cpuSeconds?: number;
  readonly openFiles?: number;
  /** No limit is `Infinity`. */
  readonly maxFiles?: number;
  /** Seconds since 1970. */
  readonly startedAt: number;
}

export function processFigures(): ProcessFigures {
  const startedAt = performance.timeOrigin / 1000;
  const stat = read("/proc/self/stat");
  if (stat === undefined) return { startedAt };
  // The name of the program comes before, in brackets, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user = 0, system = 0] = fields.slice(11, 13).map(Number);
  return {
    startedAt,
    residentBytes: residentBytes(),
    cpuSeconds: (user + system) / ticksPerSecond,
    openFiles: openFiles(),
    maxFiles: fileLimit(),
  };
}
