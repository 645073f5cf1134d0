// What every process of a server has: its log, an end in order at the first signal, and faults and hang-ups that
// are logged and end nothing.

import { describeFault } from "../observe/fault.ts";
import { type Log, openLog } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import { logLevel } from "../server/options.ts";
import { exitCodes } from "./exit.ts";

export type Stop = (signal: NodeJS.Signals) => Promise<void>;

export interface Lifecycle {
  readonly log: Log;
  /**
   * Ends this process on SIGTERM and SIGINT, after `end`. A second signal ends it at once, but not a worker:
   * a service manager signals all processes, and the parent passes its own signal on.
   * @param what what `end` does, for the log
   * @returns the same as a call; a second call ends a worker at once, too
   */
  stopBy(what: string, end: Stop): Stop;
  /** Calls `reload` on SIGHUP, unless this process is being stopped. Until then SIGHUP is logged and ignored. */
  reloadBy(reload: () => void): void;
}

const ignored = {
  server: "SIGHUP is ignored: settings are read at start, restart the server to change them",
  worker: "SIGHUP is ignored: the parent of this process replaces its workers on SIGHUP",
  stopping: "SIGHUP is ignored: the server is being stopped",
} as const;

/** @param worker the process id of a worker, which is on each of its lines: all processes write to one log */
export function beginProcess(settings: Settings, worker?: number): Lifecycle {
  const { log: common, flush } = openLog(settings(logLevel), process.stdout.isTTY);
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
  let reload = (): void => {
    if (worker === undefined) log.info(ignored.server);
    else log.debug(ignored.worker);
  };
  process.on("SIGHUP", () => (isStopping ? log.info(ignored.stopping) : reload()));
  const reloadBy = (other: () => void): void => {
    reload = other;
  };
  return { log, stopBy, reloadBy };
}
