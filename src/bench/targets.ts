// The servers that a mode measures: ours, and one to compare it with, which is the yardstick unless another was
// named. Each is a process of its own.

import { drivers } from "./drivers.ts";
import type { BenchOptions } from "./options.ts";
import { ProcessGroup } from "./process-meter.ts";
import type { Run } from "./run.ts";
import { freePort, ServerProcess } from "./server-process.ts";

export interface Target {
  /**
   * `signalbox`: started by the benchmark. `server`: found at an address. `yardstick`, `other`: what it is
   * compared with.
   */
  readonly name: "signalbox" | "server" | "yardstick" | "other";
  /** If there are several, they are nodes of one server. */
  readonly urls: readonly [URL, ...URL[]];
  /** Undefined for an address if no process id was given. */
  readonly meter?: ProcessGroup;
}

/** The load generator's clients send more than people's may. */
const noRates = ["--frames-per-second", "0", "--bytes-per-second", "0"];

/** The server logs its address at level info, which has few other lines. */
const serve = ["serve", "--host", "127.0.0.1", "--port", "0", "--log-level", "info", ...noRates];

/**
 * Starts the servers, or finds them. The server comes first, then the one to compare it with: the one that was
 * named, or the yardstick. The yardstick is left out if it does not speak the protocol, or if the server's
 * process is not known, which may then run on another machine.
 *
 * @param command starts this program
 * @param started gets the processes, and ends them when it is disposed of
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
    // exec: we must measure and kill the server itself, not its shell.
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
  return [server, await start("yardstick", ["yardstick"])];
}
