// The log: one JSON object per line on standard output, or readable lines if that is a terminal. Payloads, tokens and texts
// of clients never go into it: they are data of people, and a text could be made to look like a line. Names of topics and
// ids of users do as `names.ts` writes them.

import { type Logger, pino, stdTimeFunctions } from "pino";
import pretty from "pino-pretty";
import { Output } from "./output.ts";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "child" | "isLevelEnabled">;

/** The longest time for writing the last lines when the process ends, in milliseconds. */
const flushMs = 1000;

/**
 * @param level the lowest level that is written
 * @param isTerminal whether standard output is a terminal
 * @returns the log, and `flush`, to be awaited before the process ends
 */
export function openLog(
  level: string,
  isTerminal: boolean,
): { readonly log: Log; readonly flush: () => Promise<void> } {
  const options = {
    level,
    base: null,
    formatters: { level: (word: string) => ({ level: word }) },
    timestamp: stdTimeFunctions.isoTime,
  };
  if (isTerminal) {
    const readable = pretty({ colorize: true, translateTime: "SYS:HH:MM:ss", sync: true });
    return { log: pino(options, readable), flush: () => Promise.resolve() };
  }
  const output = new Output(1);
  return { log: pino(options, output), flush: () => output.flush(flushMs) };
}
