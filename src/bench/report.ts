// The report of a benchmark: a table for each mode, or one JSON object for programs.

import { type Column, formatFigure } from "./mode.ts";
import type { BenchOptions, ModeName } from "./options.ts";
import type { Medians, Ratio, Round } from "./rounds.ts";

/** The whole report, as `--json` prints it. */
export interface BenchReport {
  /** When the benchmark began, ISO 8601. */
  readonly date: string;
  readonly bun: string;
  /** The processor's model, and its number of threads. */
  readonly cpu: { readonly model: string; readonly threads: number };
  readonly options: BenchOptions;
  readonly results: readonly ModeResult[];
}

/** The result of one mode. A figure that could not be measured is null. */
export interface ModeResult {
  readonly mode: ModeName;
  readonly conditions: string;
  readonly rounds: readonly Round[];
  readonly medians: readonly Medians[];
  readonly ratio: Ratio | null;
  /** What a reader of the figures must know, such as errors that the server has sent. */
  readonly remarks: readonly string[];
}

/** One line with the date, the version of Bun and the processor. */
export function headerOf({ date, bun, cpu }: BenchReport): string {
  return `${date}  Bun ${bun}  ${cpu.model}, ${cpu.threads} threads`;
}

/** A table of a mode's medians, with the ratio and the remarks below. Ends with a line end. */
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
