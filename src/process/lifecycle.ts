// What every process of a server has: its log, an end in order at the first signal, and faults and hang-ups that
// are logged and end nothing.

import { describeFault } from "../observe/fault.ts";
import { type Log, openLog } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import { logLevel } from "../server/options.ts";
import { exitCodes } from "./exit.ts";
import { serviceManager, type TellManager } from "./service-manager.ts";

/** What stops a process: a signal, or an operator by the admin API. */
type Cause = NodeJS.Signals | "operator";

export type Stop = (cause: Cause) => Promise<void>;

export interface Lifecycle {
  readonly log: Log;
  /** Of the log. */
  readonly setLevel: (level: string) => void;
  /** The service manager, which is told of stopping and of SIGHUP here. A worker has none: its parent has. */
  readonly tellManager: TellManager;
  /**
   * Ends this process on SIGTERM and SIGINT, after `end`. A second signal ends it at once, but not a worker:
   * a service manager signals all processes, and the parent passes its own signal on.
   * @param what what `end` does, for the log
   * @returns the same as a call; a second call ends a worker at once, too
   */
  stopBy(what: string, end: (signal: NodeJS.Signals) => Promise<void>): Stop;
  /** Calls `act` on a signal, unless this process is being stopped. Until then the signal is logged and ignored. */
  on(signal: "SIGHUP" | "SIGUSR2", act: () => void): void;
}

/** Why a signal does nothing. */
const ignored = {
  SIGHUP: "the server is only starting",
  SIGUSR2: "it replaces workers, and this server has none",
  worker: "it is for the parent of this process",
  stopping: "the server is being stopped",
} as const;

/** @param worker the process id of a worker, which is on each of its lines: all processes write to one log */
export function beginProcess(settings: Settings, worker?: number): Lifecycle {
  const { log: common, setLevel, flush } = openLog(settings(logLevel), process.stdout.isTTY);
  const log = common.child(worker === undefined ? {} : { worker });
  process.on("uncaughtException", (thrown) => log.error(describeFault(thrown), "fault"));
  process.on("unhandledRejection", (thrown) => log.error(describeFault(thrown), "fault"));
  const tellManager = worker === undefined ? serviceManager(process.env, log) : () => undefined;
  let isStopping = false;
  let isByOperator = false;
  const stopBy: Lifecycle["stopBy"] = (what, end) => {
    const stop: Stop = async (cause) => {
      if (isStopping) process.exit(exitCodes.failure);
      isStopping = true;
      isByOperator = cause === "operator";
      tellManager("STOPPING=1", what);
      log.info(
        { signal: cause },
        worker === undefined ? `${what}; a second signal ends at once` : what,
      );
      await end(cause === "operator" ? "SIGTERM" : cause);
      log.info("stopped");
      await flush();
      process.exit();
    };
    const stopBySignal: Stop = async (signal) => {
      if (worker !== undefined && isStopping) return;
      // Whoever drains a server before its service manager stops it does not want it to end at once.
      if (isByOperator) isByOperator = false;
      else await stop(signal);
    };
    process.on("SIGTERM", stopBySignal);
    process.on("SIGINT", stopBySignal);
    return stop;
  };
  const acts = new Map<NodeJS.Signals, () => void>();
  for (const signal of ["SIGHUP", "SIGUSR2"] as const)
    process.on(signal, () => {
      const act = acts.get(signal);
      if (isStopping) log.info(`${signal} is ignored: ${ignored.stopping}`);
      else if (act !== undefined) act();
      else if (worker === undefined) log.info(`${signal} is ignored: ${ignored[signal]}`);
      else log.debug(`${signal} is ignored: ${ignored.worker}`);
    });
  const reloading = (act: () => void) => () => {
    tellManager("RELOADING=1");
    act();
    tellManager("READY=1");
  };
  const on = (signal: "SIGHUP" | "SIGUSR2", act: () => void): void =>
    void acts.set(signal, signal === "SIGHUP" ? reloading(act) : act);
  return { log, setLevel, tellManager, stopBy, on };
}
