// The servers that a mode measures: ours, and one to compare it with, which is the yardstick unless another was
// named. Each is a process of its own.

import type { Driver } from "./driver.ts";
import { drivers } from "./drivers.ts";
import type { BenchOptions } from "./options.ts";
import { ProcessGroup } from "./process-meter.ts";
import type { Run } from "./run.ts";
import { freePort, ServerProcess } from "./server-process.ts";
import { benchSecret } from "./token.ts";

export interface Target {
  /**
   * `signalbox`: started by the benchmark. `server`: found at an address. `yardstick`, `other`: what it is
   * compared with. A comparison of several servers gives each its own name.
   */
  readonly name: string;
  /** If there are several, they are nodes of one server. */
  readonly urls: readonly [URL, ...URL[]];
  /** Undefined for an address if no process id was given. */
  readonly meter?: ProcessGroup;
  /** The protocol that it is driven with; if unset, that of the options. */
  readonly driver?: Driver;
  /** Whether its clients have a token each: see `tokenOf`. */
  readonly hasTokens?: boolean;
  /** Whether it speaks TLS with a certificate that it has made itself. */
  readonly isSelfSigned?: boolean;
}

/** The load generator's clients send more than people's may. */
const noRates = ["--frames-per-second", "0", "--bytes-per-second", "0"];

/** The server logs its address at level info, which has few other lines. */
const serve = ["serve", "--host", "127.0.0.1", "--port", "0", "--log-level", "info", ...noRates];

/** The parameters with which our server is started for a protocol. */
export const serveFor = ({ serverFlags = [] }: Driver): readonly string[] => [
  ...serve,
  ...serverFlags,
];

/** Starts a server that prints its address. */
export async function startOwn(
  name: string,
  command: readonly string[],
  started: AsyncDisposableStack,
  run: Run,
): Promise<Target> {
  const process = started.use(new ServerProcess(name, command, run));
  return { name, urls: [await process.url()], meter: new ProcessGroup([process.pid]) };
}

/** Starts a server that listens on the port in PORT. */
export async function startOther(
  name: string,
  shellCommand: string,
  started: AsyncDisposableStack,
  run: Run,
): Promise<Target> {
  const port = freePort();
  // exec: we must measure and kill the server itself, not its shell.
  const shell = ["/bin/sh", "-c", `export PORT=${port}; exec ${shellCommand}`];
  const process = started.use(new ServerProcess(name, shell, run));
  return { name, urls: [await process.listensAt(port)], meter: new ProcessGroup([process.pid]) };
}

/**
 * Starts the servers, or finds them. The server comes first, then the one to compare it with: the one that was
 * named, or the yardstick. The yardstick is left out if it does not speak the protocol or TLS, beside several nodes, or if
 * the server's process is not known, which may then run on another machine.
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
  const start = (name: string, parameters: readonly string[]): Promise<Target> =>
    startOwn(name, [...command, ...parameters], started, run);
  const { urls, pids, nodes, protocol, tokens, tls, against } = options;
  const found: Target =
    urls === undefined
      ? await startNodes(
          nodes,
          [...command, ...serveFor(drivers[protocol]), ...flagsOf(options)],
          started,
          run,
        )
      : { name: "server", urls, ...(pids && { meter: new ProcessGroup(pids) }) };
  const server: Target = { ...found, hasTokens: tokens, isSelfSigned: tls };
  if (against !== undefined) {
    const other = await startOther("other", against, started, run);
    return [server, { ...other, hasTokens: tokens }];
  }
  const isAlone = server.meter === undefined || nodes > 1 || tls;
  if (isAlone || protocol !== "topic") return [server];
  return [server, { ...(await start("yardstick", ["yardstick"])), hasTokens: tokens }];
}

/** Starts the nodes of one server, each by the same command. */
async function startNodes(
  count: number,
  command: readonly string[],
  started: AsyncDisposableStack,
  run: Run,
): Promise<Target> {
  const processes = Array.from({ length: count }, () =>
    started.use(new ServerProcess("signalbox", command, run)),
  );
  const [first, ...others] = await Promise.all(processes.map((process) => process.url()));
  if (first === undefined) throw new RangeError("a server has at least one node");
  const meter = new ProcessGroup(processes.map(({ pid }) => pid));
  return { name: "signalbox", urls: [first, ...others], meter };
}

const flagsOf = ({ protocol, tokens, tls }: BenchOptions): readonly string[] => [
  ...(tokens ? ["--auth", "required"] : []),
  ...(tokens && protocol !== "room" ? ["--jwt-secret", benchSecret] : []),
  ...(tls ? ["--tls-self-signed"] : []),
];
