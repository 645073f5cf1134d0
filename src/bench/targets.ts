// What a mode measures: the server in question, and another beside it, the yardstick unless one was named.
// Each is a process of its own, away from the load generator's.

import { drivers } from "./drivers.ts";
import type { BenchOptions } from "./options.ts";
import { ProcessGroup } from "./process-meter.ts";
import type { Run } from "./run.ts";
import { freePort, ServerProcess } from "./server-process.ts";

export interface Target {
  /** `signalbox` when it was started here, `server` when an address was given; then what is beside it. */
  readonly name: "signalbox" | "server" | "yardstick" | "other";
  /** Several are nodes of one server. */
  readonly urls: readonly [URL, ...URL[]];
  /** Absent for an address without a process id. */
  readonly meter?: ProcessGroup;
}

/** Its address is told at level info, of which one line at the start is all. */
/** The load generator's peers send more than people's may. */
const noRates = ["--frames-per-second", "0", "--bytes-per-second", "0"];

const serve = ["serve", "--host", "127.0.0.1", "--port", "0", "--log-level", "info", ...noRates];

/**
 * The server first, then what it is compared with: the server that was named, or else the yardstick. The
 * latter is left out when it does not speak the protocol, or the server's CPU cannot be read: it may run on
 * another machine, and then there is nothing to compare.
 *
 * @param command starts this very program
 * @param started takes the processes, to end them
 */
export async function openTargets(
  options: BenchOptions,
  command: readonly string[],
  started: AsyncDisposableStack,
  run: Run,
): Promise<readonly Target[]> {
  const start = async (name: Target["name"], parameters: readonly string[]): Promise<Target> => {
    const process = started.use(new ServerProcess(name, [...command, ...parameters], run));
    return { name, urls: [await process.url()], meter: new ProcessGroup([process.pid]) };
  };
  const startOther = async (shellCommand: string): Promise<Target> => {
    const port = freePort();
    // exec: the process that is measured, and killed, is the server's and not the shell's.
    const shell = ["/bin/sh", "-c", `export PORT=${port}; exec ${shellCommand}`];
    const process = started.use(new ServerProcess("other", shell, run));
    return {
      name: "other",
      urls: [await process.listensAt(port)],
      meter: new ProcessGroup([process.pid]),
    };
  };
  const { urls, pids, protocol, against } = options;
  const server: Target =
    urls === undefined
      ? await start("signalbox", [...serve, ...(drivers[protocol].serverFlags ?? [])])
      : { name: "server", urls, ...(pids && { meter: new ProcessGroup(pids) }) };
  if (against !== undefined) return [server, await startOther(against)];
  if (server.meter === undefined || protocol !== "topic") return [server];
  return [server, await start("yardstick", ["bench", "yardstick"])];
}
