// The log: one JSON object per line on standard output, or readable lines if that is a terminal. Payloads, tokens and texts
// of clients never go into it: they are data of people, and a text could be made to look like a line. Names of topics and
// ids of users do as `names.ts` writes them.

import { type Logger, pino, stdTimeFunctions } from "pino";
import { Output } from "./output.ts";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "child" | "isLevelEnabled">;

/** The longest time for writing the last lines when the process ends, in milliseconds. */
const flushMs = 1000;

export interface OpenLog {
  readonly log: Log;
  /** Of the log and of all that was made by `child`. @param level the lowest level that is written from now on */
  readonly setLevel: (level: string) => void;
  /** To be awaited before the process ends. */
  readonly flush: () => Promise<void>;
}

/**
 * @param level the lowest level that is written
 * @param isTerminal whether standard output is a terminal
 */
export function openLog(level: string, isTerminal: boolean): OpenLog {
  const children = new Set<Logger>();
  const options = {
    level,
    base: null,
    // Each has a level of its own. They are few: one for each protocol.
    onChild: (child: Logger) => void children.add(child),
    formatters: { level: (word: string) => ({ level: word }) },
    timestamp: stdTimeFunctions.isoTime,
  };
  if (isTerminal) {
    const pretty: typeof import("pino-pretty") = require("pino-pretty");
    const readable = pretty({ colorize: true, translateTime: "SYS:HH:MM:ss", sync: true });
    return opened(pino(options, readable), children, () => Promise.resolve());
  }
  const output = new Output(1);
  return opened(pino(options, output), children, () => output.flush(flushMs));
}

function opened(log: Logger, children: Iterable<Logger>, flush: () => Promise<void>): OpenLog {
  const setLevel = (level: string): void => {
    for (const each of [log, ...children]) each.level = level;
  };
  return { log, setLevel, flush };
}
