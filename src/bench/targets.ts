// What a mode measures: the server in question, and the yardstick beside it. Each is a process of
// its own, away from the load generator's.

import type { BenchOptions } from "./options.ts";
import { ProcessMeter } from "./process-meter.ts";
import type { Run } from "./run.ts";
import { ServerProcess } from "./server-process.ts";

export interface Target {
  /** `signalbox` when it was started here, `server` when an address was given, or `yardstick`. */
  readonly name: "signalbox" | "server" | "yardstick";
  readonly url: URL;
  /** Absent for an address without a process id. */
  readonly meter?: ProcessMeter;
}

/** Its address is told at level info, of which one line at the start is all. */
const serve = ["serve", "--host", "127.0.0.1", "--port", "0", "--log-level", "info"];

/**
 * The server first, then the yardstick. The latter is left out when the server's CPU cannot be read:
 * it may run on another machine, and then there is nothing to compare.
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
    return { name, url: await process.url(), meter: new ProcessMeter(process.pid) };
  };
  const yardstick = () => start("yardstick", ["bench", "yardstick"]);

  if (options.url === undefined) {
    const server = await start("signalbox", serve);
    return [server, await yardstick()];
  }
  if (options.pid === undefined) return [{ name: "server", url: options.url }];
  const meter = new ProcessMeter(options.pid);
  return [{ name: "server", url: options.url, meter }, await yardstick()];
}
