// The processes of a server: one that serves, or a parent with several workers. Each ends by a signal, in
// order; a second one ends it at once.

import { hasKey } from "../auth/options.ts";
import { describeFault } from "../observe/fault.ts";
import { type Log, openLog } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import { protocols } from "../protocols/protocols.ts";
import * as config from "../server/options.ts";
import { RouteCollision } from "../server/router.ts";
import { type ListenOptions, SignalServer } from "../server/server.ts";
import { ExitError, exitCodes, exitWith } from "./exit.ts";
import { logListening } from "./start-block.ts";
import { type Assignment, type Listening, Workers } from "./workers.ts";

/** Serves in this process. */
export function serve(settings: Settings, version: string): void {
  const { log, stopBy } = begin(settings);
  // Before listening: whoever waits for the line that says so may send a signal right after.
  stopBy("closing all connections", () => server.drain());
  const listen: ListenOptions = { port: settings(config.port), isShared: false };
  const server = listenOrFail(settings, log, version, listen);
  sayListening(log, settings, version, server.url);
}

/**
 * Serves in several processes, one node each.
 * @param command starts a worker, with these settings
 */
export async function serveByWorkers(
  settings: Settings,
  version: string,
  command: readonly string[],
): Promise<void> {
  const { log, stopBy } = begin(settings);
  const [count, port] = [settings(config.workers), settings(config.port)];
  const workers = new Workers({ command, count, port, log });
  stopBy("stopping all workers", (signal) => workers.stop(signal));
  process.on("SIGHUP", () => {
    log.info("replacing all workers, one after another");
    workers.replace().then(
      () => log.info("all workers are replaced"),
      ({ message }: Error) => log.error(`not all workers are replaced: ${message}`),
    );
  });
  const url = await workers.start().catch(async ({ message }: Error) => {
    await workers.stop("SIGTERM");
    throw new ExitError(message);
  });
  sayListening(log, settings, version, url);
}

/** Serves as one of several processes: where, its parent says. Without a parent it stops. */
export function serveAsWorker(settings: Settings, version: string): void {
  const { log, stopBy } = begin(settings, process.pid);
  let server: SignalServer | undefined;
  const stop = stopBy("closing all connections", async () => server?.drain());
  process.on("disconnect", () => stop("SIGTERM"));
  process.on("message", ({ port }: Assignment) => {
    try {
      server = listenOrFail(settings, log, version, { port, isShared: true });
      process.send?.({ url: server.url.href } satisfies Listening);
    } catch (error) {
      if (!(error instanceof ExitError)) throw error;
      exitWith(exitCodes.failure, [`signalbox: ${error.message}`]);
    }
  });
}

type Stop = (signal: NodeJS.Signals) => Promise<void>;

/**
 * The log, and what ends this process; faults are logged and end nothing.
 * @param worker the process if it is a worker, in every line: others write to the same place
 */
function begin(
  settings: Settings,
  worker?: number,
): {
  readonly log: Log;
  /**
   * Has `end` called at the first signal, and the process ended after it. A worker goes on with that at further
   * ones: a service manager signals all processes, and the parent passes its own on. What this returns ends
   * a worker at once too, at the second call.
   */
  readonly stopBy: (what: string, end: Stop) => Stop;
} {
  const { log: common, flush } = openLog(settings(config.logLevel), process.stdout.isTTY);
  const log = common.child(worker === undefined ? {} : { worker });
  process.on("uncaughtException", (thrown) => log.error(describeFault(thrown), "fault"));
  process.on("unhandledRejection", (thrown) => log.error(describeFault(thrown), "fault"));
  let isStopping = false;
  const stopBy = (what: string, end: Stop): Stop => {
    const stop: Stop = async (signal) => {
      if (isStopping) process.exit(exitCodes.failure);
      isStopping = true;
      log.info({ signal }, worker === undefined ? `${what}; a second signal ends at once` : what);
      await end(signal);
      log.info("stopped");
      await flush();
      process.exit();
    };
    const stopBySignal: Stop = async (signal) => {
      if (worker === undefined || !isStopping) await stop(signal);
    };
    process.on("SIGTERM", stopBySignal);
    process.on("SIGINT", stopBySignal);
    return stop;
  };
  return { log, stopBy };
}

function listenOrFail(
  settings: Settings,
  log: Log,
  version: string,
  listen: ListenOptions,
): SignalServer {
  try {
    return new SignalServer(settings, log, version, listen);
  } catch (error) {
    if (error instanceof RouteCollision)
      throw new ExitError(`${error.message}; see --peerjs-path and --peerjs-key`);
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE")
      throw new ExitError(
        `port ${listen.port} is in use; choose another with --port, 0 takes a free one`,
      );
    throw new ExitError(
      `cannot listen on ${settings(config.host)}, port ${listen.port}: ${String(error)}`,
    );
  }
}

function sayListening(log: Log, settings: Settings, version: string, url: URL): void {
  const listening = { version, url, protocols, hasKey: hasKey(settings) };
  logListening(log, process.stdout.isTTY, listening);
}
