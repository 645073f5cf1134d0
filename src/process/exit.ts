// How the program ends if it cannot do what was asked: lines on standard error, and an exit code.

/** `failure`: what was asked could not be done. `usage`: the command line or the environment is wrong. */
export const exitCodes = { failure: 1, usage: 2 } as const;

/** What was asked cannot be done. The message is for the user, and says what to do. */
export class ExitError extends Error {
  override readonly name = "ExitError";
}

/** Writes each line to standard error and ends the process. */
export function exitWith(code: number, lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(code);
}
