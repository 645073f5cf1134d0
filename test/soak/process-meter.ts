// What a process holds, and how it got on with others on its machine, by what Linux says of it.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface Holding {
  /** All open files: sockets, pipes, and what the runtime itself needs. */
  readonly descriptors: number;
  readonly sockets: number;
  readonly residentMebibytes: number;
}

export function holdingOf(pid: number): Holding {
  const folder = `/proc/${pid}/fd`;
  const targets = readdirSync(folder).map((name) => targetOf(`${folder}/${name}`));
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    descriptors: targets.length,
    sockets: targets.filter((target) => target.startsWith("socket:")).length,
    residentMebibytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024,
  };
}

/** It may have been closed meanwhile. */
function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** What a process has had of the CPUs, in seconds, since it began: of its first thread, which is its event loop. */
export interface CpuTime {
  readonly ran: number;
  /** Ready to run, while others had the CPUs. */
  readonly waited: number;
}

export function cpuTimeOf(pid: number): CpuTime {
  const [ran = 0, waited = 0] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8")
    .split(" ")
    .map((nanoseconds) => Number(nanoseconds) / 1e9);
  return { ran, waited };
}
