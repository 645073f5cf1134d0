// How this program ends when it cannot do what was asked: a line for the user on standard error, and an
// exit code.

/** Exit codes: what was asked could not be done, or makes no sense. */
export const exitCodes = { failure: 1, usage: 2 } as const;

/** What was asked cannot be done. The message is one line for the user, and says what to do. */
export class ExitError extends Error {
  override readonly name = "ExitError";
}

/** Writes each line to standard error and ends the process. */
export function exitWith(code: number, lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(code);
}
