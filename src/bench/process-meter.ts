// CPU time, memory and limits of a process, from Linux's /proc. The answer is null if there is no /proc, if the
// process has ended, or if another user owns it. Reports then say `n/a`.

import { readFileSync } from "node:fs";

/**
 * Ticks per second in /proc/PID/stat: USER_HZ, which `getconf CLK_TCK` prints. It is 100 on every architecture
 * that Bun runs on, and does not depend on the kernel's HZ.
 */
const ticksPerSecond = 100;

/** The processes of one server, measured together. */
export class ProcessGroup {
  readonly #meters: readonly ProcessMeter[];

  /** @param processes process ids, at least one */
  constructor(processes: readonly number[]) {
    this.#meters = processes.map((process) => new ProcessMeter(process));
  }

  /** CPU time of all together, in seconds; null if one of them cannot be measured. */
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
  readonly pid: number | "self";
  readonly #directory: string;

  /** @param process a process id; "self" is this one */
  constructor(process: number | "self") {
    this.pid = process;
    this.#directory = `/proc/${process}`;
  }

  /** User and system time of all threads so far, in seconds, in steps of 0.01. */
  cpuSeconds(): number | null {
    const stat = this.#read("stat");
    if (stat === null) return null;
    // The program's name, in parentheses, may contain anything, so count the fields after it. By proc(5),
    // number 11 of those, counted from 0, is utime, and number 12 is stime.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /** Resident set size, in bytes. */
  residentBytes(): number | null {
    const kibibytes = this.#read("status")?.match(/^VmRSS:\s+(\d+) kB$/m)?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  }

  /** Time that its main thread could have run, but had no processor, in seconds. */
  waitSeconds(): number | null {
    // By the kernel's sched-stats.rst: time on a processor, time waiting for one, both in nanoseconds, and runs.
    const [, waited] = this.#read("schedstat")?.split(" ") ?? [];
    return waited === undefined ? null : Number(waited) / 1e9;
  }

  /** The processes that it has started and that have not ended, in the order of their start. */
  children(): readonly number[] {
    const { pid } = this;
    const listed = pid === "self" ? null : this.#read(`task/${pid}/children`);
    return (listed ?? "").split(" ").filter(Boolean).map(Number);
  }

  /** How many files and sockets it may have open at the same time. */
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
