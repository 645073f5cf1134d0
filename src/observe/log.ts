// The log: one JSON object a line on standard output, readable lines where that is a terminal.
// No payload, token, topic name or text of a client's own ever goes into it: they are about people, and
// a text made for the purpose could forge lines.

import { destination, type Logger, pino } from "pino";
import pretty from "pino-pretty";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "child">;

/** Bytes of log that may wait for a reader that does not read; what comes after them is lost. */
const maxWaitingBytes = 1_048_576;

/**
 * @param level the least level that is written
 * @param isTerminal whether standard output is one
 * @returns the log, and `flush`, which writes what waits and is called before the process ends
 */
export function openLog(
  level: string,
  isTerminal: boolean,
): { readonly log: Log; readonly flush: () => void } {
  if (isTerminal)
    return {
      log: pino(
        { level, base: null },
        pretty({ colorize: true, translateTime: "SYS:HH:MM:ss", sync: true }),
      ),
      flush: () => undefined,
    };
  // Not synchronous: a pipe that nobody reads must not stop the server.
  const output = destination({ dest: 1, sync: false, maxLength: maxWaitingBytes });
  return { log: pino({ level, base: null }, output), flush: () => output.flushSync() };
}
