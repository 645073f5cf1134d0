// What a comparison with other servers has measured, as docs/comparison.json keeps it.

import * as v from "valibot";

export const Row = v.object({
  name: v.string(),
  protocol: v.string(),
  /** Messages in flight for each pair. */
  window: v.number(),
  /** Messages delivered per second of server CPU, medians of the rounds. */
  ours: v.number(),
  theirs: v.number(),
  /** Ours by theirs: of the medians, and the lowest and highest of single rounds. */
  ratio: v.number(),
  lowest: v.number(),
  highest: v.number(),
});

export const Results = v.object({
  date: v.string(),
  commit: v.string(),
  bun: v.string(),
  node: v.string(),
  cpu: v.string(),
  threads: v.number(),
  rows: v.array(Row),
});

export type Row = v.InferOutput<typeof Row>;
export type Results = v.InferOutput<typeof Results>;
