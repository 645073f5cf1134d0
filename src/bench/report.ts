// The report of a benchmark: a table for each mode, or one JSON object for programs.

import { cpus } from "node:os";
import { type Column, type Figures, formatFigure } from "./mode.ts";
import type { BenchOptions, ModeName } from "./options.ts";
import type { Medians, Ratio, Round } from "./rounds.ts";

/** When and on what a benchmark ran. */
export interface Conditions {
  /** When it began, ISO 8601. */
  readonly date: string;
  readonly bun: string;
  /** The processor's model, and its number of threads. */
  readonly cpu: { readonly model: string; readonly threads: number };
}

/** The whole report, as `--json` prints it. */
export interface BenchReport extends Conditions {
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

/** As they are now. */
export function conditionsNow(): Conditions {
  const [processor] = cpus();
  return {
    date: new Date().toISOString(),
    bun: Bun.version,
    cpu: { model: processor?.model ?? "unknown processor", threads: cpus().length },
  };
}

/** One line with the date, the version of Bun and the processor. */
export function headerOf({ date, bun, cpu }: Conditions): string {
  return `${date}  Bun ${bun}  ${cpu.model}, ${cpu.threads} threads`;
}

/** A table of a mode's medians, with the ratio and the remarks below. Ends with a line end. */
export function tableOf(result: ModeResult, columns: readonly Column<string>[]): string {
  return [
    `${result.mode}: ${result.conditions}; medians`,
    ...figureLines(
      result.medians.map(({ target, figures }) => ({ name: target, figures })),
      columns,
    ),
    ...(result.ratio === null ? [] : [ratioLine(result.ratio, columns)]),
    ...result.remarks.map((remark) => `note: ${remark}`),
    "",
  ].join("\n");
}

/** A line of titles, and one for each row. */
export function figureLines(
  rows: readonly { readonly name: string; readonly figures: Figures<string> }[],
  columns: readonly Column<string>[],
): readonly string[] {
  const cells = [
    ["", ...columns.map(({ title }) => title)],
    ...rows.map(({ name, figures }) => [
      name,
      ...columns.map((column) => formatFigure(column, figures)),
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, index) =>
    Math.max(...cells.map((row) => row[index]?.length ?? 0)),
  );
  return cells.map((row) =>
    row
      .map((cell, index) =>
        index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
      )
      .join("  "),
  );
}

function ratioLine({ to, figure, ofMedians, ofRounds }: Ratio, columns: readonly Column<string>[]) {
  const title = columns.find((column) => column.figure === figure)?.title ?? figure;
  const { min, median, max } = ofRounds;
  const rounds = `rounds ${min.toFixed(2)} to ${max.toFixed(2)}, median ${median.toFixed(2)}`;
  return `${title}: ${ofMedians.toFixed(2)} of the ${to}'s (${rounds})`;
}
