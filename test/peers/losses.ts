// Whether ours has become slower beside others than it was.

import type { PartResult, Results, Row } from "./results.ts";

/** How far a ratio may fall below the last one before that is a loss: runs on one machine differ by as much. */
const noise = 0.1;

export interface Loss {
  readonly part: string;
  readonly setting: string;
  readonly server: string;
  readonly protocol: string;
  readonly before: number;
  readonly now: number;
}

/**
 * Ratios that have fallen beyond noise: by more than a tenth, and below every round of the last run. One lucky round now
 * hides no loss, and what was as low in a round of the last run is none.
 */
export function lossesOf(last: Results, { part, rows }: PartResult): readonly Loss[] {
  const before = rowsOf(last, part);
  return rows.flatMap(({ setting, server, protocol, ratio }) => {
    const was = before.find((row) => row.setting === setting && row.server === server)?.ratio;
    if (!was || ratio === null) return [];
    if (ratio.median >= was.median * (1 - noise) || ratio.median >= was.lowest) return [];
    return [{ part, setting, server, protocol, before: was.median, now: ratio.median }];
  });
}

/** How many ratios there are that can be compared. */
export const comparableOf = (last: Results, { part, rows }: PartResult): number =>
  rows.filter(
    ({ setting, server, ratio }) =>
      ratio !== null &&
      rowsOf(last, part).some(
        (row) => row.setting === setting && row.server === server && row.ratio !== null,
      ),
  ).length;

/** Those of the first that are lost in the second measurement, too. */
export const confirmedBy = (again: readonly Loss[], losses: readonly Loss[]): readonly Loss[] =>
  losses.filter(({ setting, server }) =>
    again.some((other) => other.setting === setting && other.server === server),
  );

export const textOfLoss = ({ part, setting, server, before, now }: Loss): string =>
  `${part}, ${setting}, beside ${server}: ${now.toFixed(2)} times as good, was ${before.toFixed(2)}`;

const rowsOf = ({ parts }: Results, name: string): readonly Row[] =>
  parts.find(({ part }) => part === name)?.rows ?? [];
