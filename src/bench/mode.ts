// What a mode is: something to do to a server, in rounds, and the figures that come of it. The
// rest (processes, rounds in turn, medians, tables) is the same for all of them.

import type { BenchOptions, ModeName } from "./options.ts";
import type { Run } from "./run.ts";
import type { Target } from "./targets.ts";

/** What came of one round; null is what could not be measured. */
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
  /** All figures, the most telling first. */
  readonly columns: readonly [Column<Figure>, ...Column<Figure>[]];
  /** The figure whose ratio, of the server to the yardstick, is worth stating. */
  readonly compared: Figure;
  /** What the figures depend on, in a few words. */
  conditions(options: BenchOptions): string;
  rounds(options: BenchOptions): number;
  /** Makes a server ready for rounds. The other one is idle meanwhile, as it is during rounds. */
  open(target: Target, options: BenchOptions, run: Run): Promise<Session<Figure>>;
}

/** One server under a mode. Disposing of it drops whatever connections are left. */
export interface Session<Figure extends string> extends Disposable {
  round(): Promise<Figures<Figure>>;
}

/** Before a round is measured it runs for a second, or for its own length if that is shorter. */
export function warmUpSeconds(options: BenchOptions): number {
  return Math.min(1, options.seconds);
}

/** `98,123`, or `n/a` for what could not be measured. */
export function formatFigure({ figure, digits }: Column<string>, figures: Figures<string>): string {
  const value = figures[figure] ?? null;
  if (value === null || !Number.isFinite(value)) return "n/a";
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
