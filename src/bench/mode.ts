// What a mode is: one kind of load, played in rounds, and the figures that each round gives. Everything else
// (processes, the order of rounds, medians, tables) is the same for all modes.

import type { BenchOptions, ModeName } from "./options.ts";
import type { Run } from "./run.ts";
import type { Target } from "./targets.ts";

/** The figures of one round. Null: could not be measured. */
export type Figures<Figure extends string> = Readonly<Record<Figure, number | null>>;

/** How a figure looks in the table. */
export interface Column<Figure extends string> {
  readonly figure: Figure;
  readonly title: string;
  /** Digits after the point. */
  readonly digits: number;
}

export interface Mode<Figure extends string> {
  readonly name: ModeName;
  /** All figures. The first is the most important. */
  readonly columns: readonly [Column<Figure>, ...Column<Figure>[]];
  /** The figure that is compared between the two servers. */
  readonly compared: Figure;
  /** The options that the figures depend on, in a few words. */
  conditions(options: BenchOptions): string;
  rounds(options: BenchOptions): number;
  /** Prepares a server for its rounds. The other server is idle meanwhile. */
  open(target: Target, options: BenchOptions, run: Run): Promise<BenchSession<Figure>>;
}

/** One server in a mode. Disposing of it drops the connections that are left. */
export interface BenchSession<Figure extends string> extends Disposable {
  round(): Promise<Figures<Figure>>;
}

/** How long a round runs before it is measured: one second, or its own length if that is shorter. */
export function warmUpSeconds(options: BenchOptions): number {
  return Math.min(1, options.seconds);
}

/** `98,123`, or `n/a` if it could not be measured. */
export function formatFigure({ figure, digits }: Column<string>, figures: Figures<string>): string {
  const value = figures[figure] ?? null;
  if (value === null || !Number.isFinite(value)) return "n/a";
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
