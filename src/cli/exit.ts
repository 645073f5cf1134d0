// From what a command threw to how the program ends.

import { CommanderError } from "commander";
import { ExitError, exitCodes, exitWith } from "../process/exit.ts";
import { UsageError } from "./command-line.ts";

/** Says what went wrong, and ends the process. Throws `error` again if it is a bug. */
export function fail(error: unknown): never {
  if (error instanceof CommanderError && error.exitCode === 0) process.exit();
  if (error instanceof UsageError || error instanceof CommanderError) {
    const problems = error instanceof UsageError ? error.problems : [error.message];
    const lines = problems.map((problem) => `signalbox: ${problem}`);
    exitWith(exitCodes.usage, [...lines, "signalbox --help lists all commands and options"]);
  }
  if (!(error instanceof ExitError)) throw error;
  exitWith(exitCodes.failure, [`signalbox: ${error.message}`]);
}
