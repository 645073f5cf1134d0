// The load generator in the executable: runs the modes one after another, and reports.

import { ask } from "./ask.ts";
import { churn } from "./churn.ts";
import { fanOut } from "./fan-out.ts";
import { idle } from "./idle.ts";
import { mesh } from "./mesh.ts";
import type { Mode } from "./mode.ts";
import type { BenchOptions, ModeName } from "./options.ts";
import { rate } from "./rate.ts";
import { relay } from "./relay.ts";
import { type BenchReport, conditionsNow, headerOf, type ModeResult, tableOf } from "./report.ts";
import { resumeStorm } from "./resume-storm.ts";
import { mediansOf, playRounds, ratioOf } from "./rounds.ts";
import { Run } from "./run.ts";
import { storm } from "./storm.ts";
import { openTargets } from "./targets.ts";

const modes: Readonly<Record<ModeName, Mode<string>>> = {
  relay,
  rate,
  idle,
  storm,
  "fan-out": fanOut,
  ask,
  mesh,
  churn,
};

/** What the load generator needs from the process that it runs in. */
export interface BenchIo {
  /** The command that starts this program; subcommands and flags are added to it. */
  readonly command: readonly string[];
  /** Ends the benchmark with an `ExitError` that says "interrupted". */
  readonly signal?: AbortSignal;
  /** Writes a part of the report. Each part ends with a line end. */
  write(text: string): void;
  /** Writes one line, without its end, about the progress. */
  progress(text: string): void;
}

/**
 * Measures a server. However it ends, it leaves no process and no connection behind.
 *
 * @throws {ExitError} with one line for the user
 */
export async function bench(options: BenchOptions, io: BenchIo): Promise<void> {
  const results: ModeResult[] = [];
  const report: BenchReport = { ...conditionsNow(), options, results };
  if (!options.json) io.write(`${headerOf(report)}\n`);
  for (const name of options.modes) {
    const mode = name === "storm" && options.resume ? resumeStorm : modes[name];
    const result = await measure(mode, options, io);
    results.push(result);
    if (!options.json) io.write(`\n${tableOf(result, mode.columns)}`);
  }
  if (options.json) io.write(`${JSON.stringify(report)}\n`);
}

async function measure(
  mode: Mode<string>,
  options: BenchOptions,
  io: BenchIo,
): Promise<ModeResult> {
  const run = new Run(io.progress, io.signal);
  await using processes = new AsyncDisposableStack();
  try {
    const targets = await openTargets(options, io.command, processes, run);
    const rounds = await playRounds(mode, targets, options, run);
    return {
      mode: mode.name,
      conditions: [
        `${mode.conditions(options)}, ${options.protocol} protocol`,
        ...(options.nodes > 1 ? [`${options.nodes} nodes`] : []),
        ...(options.tokens ? ["a token each"] : []),
        ...(options.tls ? ["TLS"] : []),
      ].join(", "),
      rounds,
      medians: mediansOf(rounds),
      ratio: ratioOf(rounds, mode.compared),
      remarks: run.remarks,
    };
  } catch (error) {
    // The first failure is the cause. What was thrown after it is a consequence.
    throw run.signal.aborted ? run.signal.reason : error;
  }
}
