// What a benchmark says at its end: a table for each mode, or one JSON object for machines.

import { type Column, formatFigure } from "./mode.ts";
import type { BenchOptions, ModeName } from "./options.ts";
import type { Medians, Ratio, Round } from "./rounds.ts";

/** Everything, as `--json` prints it. */
export interface BenchReport {
  /** When the benchmark began, ISO 8601. */
  readonly date: string;
  readonly bun: string;
  /** The processor's model, and how many of its threads there are. */
  readonly cpu: { readonly model: string; readonly threads: number };
  readonly options: BenchOptions;
  readonly results: readonly ModeResult[];
}

/** What one mode came to. A figure that could not be measured is null. */
export interface ModeResult {
  readonly mode: ModeName;
  readonly conditions: string;
  readonly rounds: readonly Round[];
  readonly medians: readonly Medians[];
  readonly ratio: Ratio | null;
  /** What the reader of the figures must know, such as the errors that a server answered with. */
  readonly remarks: readonly string[];
}

/** The machine and the versions, in one line. */
export function headerOf({ date, bun, cpu }: BenchReport): string {
  return `${date}  Bun ${bun}  ${cpu.model}, ${cpu.threads} threads`;
}

/** A mode's medians in columns, the ratio below them, and the remarks. Ends with a line end. */
export function tableOf(result: ModeResult, columns: readonly Column<string>[]): string {
  const titles = ["", ...columns.map(({ title }) => title)];
  const rows = result.medians.map(({ target, figures }) => [
    target,
    ...columns.map((column) => formatFigure(column, figures)),
  ]);
  const widths = titles.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
      )
      .join("  ");
  return [
    `${result.mode}: ${result.conditions}; medians`,
    line(titles),
    ...rows.map(line),
    ...(result.ratio === null ? [] : [ratioLine(result.ratio, columns)]),
    ...result.remarks.map((remark) => `note: ${remark}`),
    "",
  ].join("\n");
}

function ratioLine({ to, figure, ofMedians, ofRounds }: Ratio, columns: readonly Column<string>[]) {
  const title = columns.find((column) => column.figure === figure)?.title ?? figure;
  const { min, median, max } = ofRounds;
  const rounds = `rounds ${min.toFixed(2)} to ${max.toFixed(2)}, median ${median.toFixed(2)}`;
  return `${title}: ${ofMedians.toFixed(2)} of the ${to}'s (${rounds})`;
}
