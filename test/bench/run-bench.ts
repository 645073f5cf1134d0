// Runs the load generator in as little time as it can, and keeps what it says.

import { bench } from "../../src/bench/bench.ts";
import { type BenchOptions, benchDefaults } from "../../src/bench/options.ts";
import type { BenchReport } from "../../src/bench/report.ts";

export const tiny: BenchOptions = {
  ...benchDefaults,
  pairs: 2,
  rounds: 1,
  seconds: 0.2,
  rate: 500,
  connections: 20,
  restSeconds: 0.2,
};

/** Serves the yardstick in place of anything else. @param pids a file that takes process ids */
export const standIn = (pids = "/dev/null"): readonly string[] => [
  process.execPath,
  `${import.meta.dir}/yardstick-program.ts`,
  pids,
];

export interface Said {
  readonly written: string;
  readonly progress: readonly string[];
}

/** Runs it to its end. Options are `tiny` where they are not given. */
export async function runBench(
  options: Partial<BenchOptions>,
  command: readonly string[] = standIn(),
  signal?: AbortSignal,
): Promise<Said> {
  const written: string[] = [];
  const progress: string[] = [];
  await bench(
    { ...tiny, ...options },
    {
      command,
      ...(signal && { signal }),
      write: (text) => void written.push(text),
      progress: (text) => void progress.push(text),
    },
  );
  return { written: written.join(""), progress };
}

export async function reportOf(options: Partial<BenchOptions>): Promise<BenchReport> {
  return JSON.parse((await runBench({ ...options, json: true })).written);
}

/** The message with which a run fails. */
export async function failureOf(running: Promise<Said>): Promise<string> {
  return await running.then(
    ({ written }) => `it did not fail: ${written}`,
    (error) => (error instanceof Error ? error.message : String(error)),
  );
}
