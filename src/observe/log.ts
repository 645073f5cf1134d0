// The log: one JSON object a line on standard output, readable lines where that is a terminal.
// No payload, token, topic name or text of a client's own ever goes into it: they are about people, and
// a text made for the purpose could forge lines.

import { type Logger, pino, stdTimeFunctions } from "pino";
import pretty from "pino-pretty";
import { Output } from "./output.ts";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "child">;

/** Milliseconds that the last lines may take to be written when the process ends. */
const flushMs = 1000;

/**
 * @param level the least level that is written
 * @param isTerminal whether standard output is one
 * @returns the log, and `flush`, which is awaited before the process ends
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
