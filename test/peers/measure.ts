// Measures a part: each of its settings, with those of the servers that are there.

import { cpus } from "node:os";
import type { BenchOptions } from "../../src/bench/options.ts";
import { Run } from "../../src/bench/run.ts";
import { root } from "../support/paths.ts";
import type { Contender } from "./contenders.ts";
import { contest, optionsOf } from "./contest.ts";
import type { Part } from "./parts.ts";
import type { PartResult, Row } from "./results.ts";

export interface Measuring {
  /** Changes of the part's options, such as for short runs. */
  readonly changes: Partial<BenchOptions>;
  /** Only these settings; if unset, all. */
  readonly settings?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  /** Takes a line about the progress. */
  progress(line: string): void;
}

/** @throws {ExitError} with one line for the user, if a server fails */
export async function measure(part: Part, measuring: Measuring): Promise<PartResult> {
  const { changes, progress, signal } = measuring;
  const { present, notMeasured } = presentOf(part.others);
  for (const line of notMeasured) progress(`not measured: ${line}`);
  const rows: Row[] = [];
  const remarks = new Set<string>();
  for (const setting of part.settings) {
    if (measuring.settings?.has(setting.name) === false) continue;
    const run = new Run((line) => progress(`${setting.name}: ${line}`), signal);
    try {
      rows.push(...(await contest(part, setting, present, changes, run)));
    } catch (error) {
      // The first failure is the cause. What was thrown after it is a consequence.
      throw run.signal.aborted ? run.signal.reason : error;
    }
    for (const remark of run.remarks) remarks.add(`${setting.name}: ${remark}`);
  }
  const options = optionsOf(part.settings[0], changes);
  return {
    part: part.name,
    date: new Date().toISOString().slice(0, 10),
    commit,
    cpu: cpus()[0]?.model ?? "unknown processor",
    threads: cpus().length,
    rounds: options.rounds,
    conditions: part.mode.conditions(options),
    versions: Object.fromEntries([
      ["signalbox", `Bun ${Bun.version}`],
      ...present.map(({ name, version }) => [name, version()] as const),
    ]),
    notMeasured,
    remarks: [...remarks],
    rows,
  };
}

/** Makes the servers ready. @returns those that can be run here, and a line about each that cannot */
function presentOf(others: readonly Contender[]) {
  const present: Contender[] = [];
  const notMeasured: string[] = [];
  for (const contender of others) {
    const problem = contender.prepare();
    if (problem === undefined) present.push(contender);
    else notMeasured.push(`${contender.name}: ${problem}`);
  }
  return { present, notMeasured };
}

const git = (...args: string[]): string =>
  Bun.spawnSync(["git", ...args], { cwd: root })
    .stdout.toString()
    .trim();

/** What is written to `docs` of a part makes no other program of the next one. */
const isDirty = git("status", "--porcelain", "--", ".", ":!docs") !== "";

const commit = `${git("rev-parse", "--short=7", "HEAD")}${isDirty ? "-dirty" : ""}`;
