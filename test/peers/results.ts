// What a comparison with other servers has measured, as docs/comparison.json keeps it. Parts are measured one by one,
// perhaps on different days, so each says when, of what and where.

import * as v from "valibot";

const Spread = v.object({ median: v.number(), lowest: v.number(), highest: v.number() });

const Row = v.object({
  /** What the part varies, such as "4 in flight". */
  setting: v.string(),
  server: v.string(),
  protocol: v.string(),
  /** Medians of the rounds. Null if one of them could not be measured. */
  figures: v.record(v.string(), v.nullable(Spread)),
  /** How many times as good ours is, round by round; null for ours, and where it could not be measured. */
  ratio: v.nullable(Spread),
});

const PartResult = v.object({
  part: v.string(),
  date: v.string(),
  commit: v.string(),
  cpu: v.string(),
  threads: v.number(),
  rounds: v.number(),
  /** What the figures depend on, in the words of the load generator, for the first of the settings. */
  conditions: v.string(),
  versions: v.record(v.string(), v.string()),
  /** Servers that were not there, and why. */
  notMeasured: v.array(v.string()),
  /** What the load generator had to remark. */
  remarks: v.array(v.string()),
  rows: v.array(Row),
});

const Results = v.object({ parts: v.array(PartResult) });

export type Spread = v.InferOutput<typeof Spread>;
export type Row = v.InferOutput<typeof Row>;
export type PartResult = v.InferOutput<typeof PartResult>;
export type Results = v.InferOutput<typeof Results>;

/** @throws if it is not what this version writes */
export const resultsOf = (text: string): Results => v.parse(Results, JSON.parse(text));

/** The results with those of a part in the place of its earlier ones. */
export const withPart = ({ parts }: Results, result: PartResult): Results => ({
  parts: [...parts.filter(({ part }) => part !== result.part), result],
});

/** As the file holds them. Figures have four digits: more are noise. */
export function textOf(results: Results): string {
  const short = (_: string, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(4)) : value;
  return `${JSON.stringify(results, short, 2)}\n`;
}
