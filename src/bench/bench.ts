// The load generator that the binary carries: runs the modes one after another and reports.

import { cpus } from "node:os";
import { idle } from "./idle.ts";
import type { Mode } from "./mode.ts";
import type { BenchOptions, ModeName } from "./options.ts";
import { rate } from "./rate.ts";
import { relay } from "./relay.ts";
import { type BenchReport, headerOf, type ModeResult, tableOf } from "./report.ts";
import { mediansOf, playRounds, ratioOf } from "./rounds.ts";
import { Run } from "./run.ts";
import { storm } from "./storm.ts";
import { openTargets } from "./targets.ts";

const modes: Readonly<Record<ModeName, Mode<string>>> = { relay, rate, idle, storm };

/** What the load generator needs of the process that it runs in. */
export interface BenchIo {
  /** The beginning of a command line that starts this very program. */
  readonly command: readonly string[];
  /** Ends the benchmark, with a `ExitError` that says "interrupted". */
  readonly signal?: AbortSignal;
  /** Takes the report, in parts that end with a line end. */
  write(text: string): void;
  /** Takes a line, without its end, on how far it has come. */
  progress(text: string): void;
}

/**
 * Measures a server, and leaves no process and no connection behind, however it ends.
 *
 * @throws {ExitError} what a person can put right, in one line
 */
export async function bench(options: BenchOptions, io: BenchIo): Promise<void> {
  const results: ModeResult[] = [];
  const [processor] = cpus();
  const report: BenchReport = {
    date: new Date().toISOString(),
    bun: Bun.version,
    cpu: { model: processor?.model ?? "unknown processor", threads: cpus().length },
    options,
    results,
  };
  if (!options.json) io.write(`${headerOf(report)}\n`);
  for (const name of options.modes) {
    const mode = modes[name];
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
      conditions: `${mode.conditions(options)}, ${options.protocol} protocol`,
      rounds,
      medians: mediansOf(rounds),
      ratio: ratioOf(rounds, mode.compared),
      remarks: run.remarks,
    };
  } catch (error) {
    // The first failure is the cause of whatever else has been thrown since.
    throw run.signal.aborted ? run.signal.reason : error;
  }
}
