// The figures of one process as data, which workers pass to their parent, and how those of several become one.

import { type MetricName, type MetricSpec, metrics } from "./catalogue.ts";

export interface Sample {
  readonly metric: MetricName;
  /** The values of the metric's labels, in their order. */
  readonly labels: readonly string[];
  /** Of a histogram, the sum of what was noted. */
  readonly value: number;
  /** Of a histogram: upper bounds of the classes, and how many fell into each; one more for those above. */
  readonly bounds?: readonly number[];
  readonly counts?: readonly number[];
}

export type Samples = readonly Sample[];

const keyOf = ({ metric, labels }: Sample): string => `${metric} ${labels.join("\n")}`;

/** The figures of several processes as those of one server. */
export function combine(lists: readonly Samples[]): Samples {
  const combined = new Map<string, Sample>();
  for (const sample of lists.flat()) {
    const key = keyOf(sample);
    const known = combined.get(key);
    combined.set(key, known === undefined ? sample : both(known, sample));
  }
  return [...combined.values()];
}

function both(one: Sample, other: Sample): Sample {
  const { combine: how }: MetricSpec = metrics[one.metric];
  const values = [one.value, other.value] as const;
  if (how !== "sum") return { ...one, value: Math[how](...values) };
  const value = values[0] + values[1];
  if (one.counts === undefined) return { ...one, value };
  return {
    ...one,
    value,
    counts: one.counts.map((count, at) => count + (other.counts?.[at] ?? 0)),
  };
}

/** What of the figures of a process that has ended still counts. */
export const lasting = (samples: Samples): Samples =>
  samples.filter(({ metric }) => {
    const { type, labels }: MetricSpec = metrics[metric];
    // The CPU time of a process is its own.
    return type !== "gauge" && !labels.includes("process");
  });
