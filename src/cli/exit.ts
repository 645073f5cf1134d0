// From what a command threw to how the program ends.

import { ExitError, exitCodes, exitWith } from "../process/exit.ts";

/** The command line or the environment is wrong. Every problem is a line for the user. */
export class UsageError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Says what went wrong, and ends the process. Throws `error` again if it is a bug. */
export function fail(error: unknown): never {
  if (error instanceof UsageError) {
    const lines = error.problems.map((problem) => `signalbox: ${problem}`);
    exitWith(exitCodes.usage, [...lines, "signalbox --help lists all commands and options"]);
  }
  if (!(error instanceof ExitError)) throw error;
  exitWith(exitCodes.failure, [`signalbox: ${error.message}`]);
}
