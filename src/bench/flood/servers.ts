// The server that is attacked: one or several nodes that were started for it, or one that was found at an address.

import type { Run } from "../run.ts";
import { ServerProcess } from "../server-process.ts";
import type { Target } from "../targets.ts";
import { benchSecret } from "../token.ts";
import type { FloodOptions } from "./options.ts";
import { ServerMeter } from "./server-meter.ts";

/** Seconds in which a started server must have ended after SIGTERM, by its own word. */
export const drainSeconds = 10;

/** Everything but these is left at its default. Without a secret, tokens would not be verified. */
const serve = [
  ...["serve", "--host", "127.0.0.1", "--port", "0", "--log-level", "info"],
  ...["--drain-seconds", `${drainSeconds}`, "--jwt-secret", benchSecret],
];

export interface Attacked {
  readonly target: Target;
  /** Undefined for an address if no process id was given. */
  readonly meter: ServerMeter | undefined;
  /** Those that were started; none for an address. */
  readonly processes: readonly ServerProcess[];
}

/**
 * @param command starts this program
 * @param files open files that each started node may have; as many as the system allows, if unset
 * @param started gets the processes, and ends them when it is disposed of
 */
export async function openAttacked(
  { urls, pids, nodes }: FloodOptions,
  command: readonly string[],
  files: number | undefined,
  started: AsyncDisposableStack,
  run: Run,
): Promise<Attacked> {
  if (urls !== undefined) {
    const meter = pids && new ServerMeter(pids);
    return { target: { name: "server", urls }, meter, processes: [] };
  }
  const processes = Array.from({ length: nodes }, () =>
    started.use(new ServerProcess("signalbox", limited([...command, ...serve], files), run)),
  );
  const [first, ...others] = await Promise.all(processes.map((process) => process.url()));
  if (first === undefined) throw new RangeError("a server has at least one node");
  return {
    target: { name: "signalbox", urls: [first, ...others] },
    meter: new ServerMeter(processes.map(({ pid }) => pid)),
    processes,
  };
}

/** Lowers the hard limit: the runtime raises the soft one by itself. */
const limited = (command: readonly string[], files: number | undefined): readonly string[] =>
  files === undefined
    ? command
    : ["/bin/sh", "-c", `ulimit -n ${files}; exec "$0" "$@"`, ...command];
