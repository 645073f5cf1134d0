// How this program ends when it cannot do what was asked: a line for the user on standard error, and an
// exit code that tells how it went.

import { CommanderError } from "commander";
import { BenchError } from "../bench/bench-error.ts";
import { UsageError } from "./command-line.ts";

/** Exit codes: what was asked could not be done, or makes no sense. */
export const exitCodes = { failure: 1, usage: 2 } as const;

/** What was asked cannot be done; the message says why, in a line for the user. */
export class Failure extends Error {}

/** Says what went wrong, and ends. */
export function fail(error: unknown): never {
  if (error instanceof CommanderError && error.exitCode === 0) process.exit();
  if (error instanceof UsageError || error instanceof CommanderError) {
    const problems = error instanceof UsageError ? error.problems : [error.message];
    for (const problem of problems) complain(`signalbox: ${problem}`);
    complain("signalbox --help lists all commands and options");
    process.exit(exitCodes.usage);
  }
  if (!(error instanceof Failure || error instanceof BenchError)) throw error;
  complain(`signalbox: ${error.message}`);
  process.exit(exitCodes.failure);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}
