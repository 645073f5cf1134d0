// CPU time, memory and limits of a process, from Linux's /proc. Where that is missing, or the process is
// gone or somebody else's, the answer is null, and the reports say that it is not available.

import { readFileSync } from "node:fs";

/**
 * Ticks per second in /proc/PID/stat: USER_HZ, which `getconf CLK_TCK` prints. It is 100 on every
 * architecture that Bun runs on, whatever the kernel's own HZ.
 */
const ticksPerSecond = 100;

/** Several processes that do one job, measured as one. */
export class ProcessGroup {
  readonly #meters: readonly ProcessMeter[];

  /** @param processes process ids, at least one */
  constructor(processes: readonly number[]) {
    this.#meters = processes.map((process) => new ProcessMeter(process));
  }

  /** Of all of them; null when one cannot be measured. */
  cpuSeconds(): number | null {
    return sum(this.cpuSecondsOfEach());
  }

  cpuSecondsOfEach(): readonly (number | null)[] {
    return this.#meters.map((meter) => meter.cpuSeconds());
  }

  residentBytes(): number | null {
    return sum(this.#meters.map((meter) => meter.residentBytes()));
  }
}

const sum = (amounts: readonly (number | null)[]): number | null =>
  amounts.reduce((all, amount) => (all === null || amount === null ? null : all + amount), 0);

export class ProcessMeter {
  readonly #directory: string;

  /** @param process a process id; "self" is this one */
  constructor(process: number | "self") {
    this.#directory = `/proc/${process}`;
  }

  /** User and system time of all threads so far, in seconds, exact to 0.01. */
  cpuSeconds(): number | null {
    const stat = this.#read("stat");
    if (stat === null) return null;
    // The program's name, in parentheses, may hold anything: count fields behind it. See proc(5):
    // of the fields after the name, counted from 0, 11 is utime and 12 is stime.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /** Resident set size, in bytes. */
  residentBytes(): number | null {
    const kibibytes = this.#read("status")?.match(/^VmRSS:\s+(\d+) kB$/m)?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  }

  /** How many files, sockets among them, it may have open at one time. */
  maxOpenFiles(): number | null {
    const soft = this.#read("limits")?.match(/^Max open files\s+(\d+)/m)?.[1];
    return soft === undefined ? null : Number(soft);
  }

  #read(file: string): string | null {
    try {
      return readFileSync(`${this.#directory}/${file}`, "latin1");
    } catch {
      return null;
    }
  }
}
