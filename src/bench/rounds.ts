// Plays the rounds of a mode on both servers in turn, so that other work on the machine disturbs both alike.
// Then computes the medians, and the ratio between the two.

import { type Figures, formatFigure, type Mode } from "./mode.ts";
import type { BenchOptions } from "./options.ts";
import type { Run } from "./run.ts";
import { median } from "./statistics.ts";
import type { Target } from "./targets.ts";

export interface Round {
  readonly target: Target["name"];
  /** Counted from 1. */
  readonly round: number;
  readonly figures: Figures<string>;
}

/** The median of each figure over all rounds. Null if one round could not be measured. */
export interface Medians {
  readonly target: Target["name"];
  readonly figures: Figures<string>;
}

/** A figure of the server, divided by that of the yardstick or of the other server. */
export interface Ratio {
  readonly to: Target["name"];
  readonly figure: string;
  readonly ofMedians: number;
  /** Each round of the server is compared with the next round of the other. */
  readonly ofRounds: { readonly min: number; readonly median: number; readonly max: number };
}

export async function playRounds(
  mode: Mode<string>,
  targets: readonly Target[],
  options: BenchOptions,
  run: Run,
): Promise<readonly Round[]> {
  using opened = new DisposableStack();
  const sessions = [];
  for (const target of targets) {
    sessions.push({ target, session: opened.use(await mode.open(target, options, run)) });
  }
  const rounds: Round[] = [];
  const last = mode.rounds(options);
  for (let round = 1; round <= last; round++) {
    for (const { target, session } of sessions) {
      const figures = await session.round();
      rounds.push({ target: target.name, round, figures });
      const what = `${mode.name.padEnd(6)} round ${round}/${last}  ${target.name.padEnd(9)}`;
      run.progress(`${what}  ${formatFigure(mode.columns[0], figures)} ${mode.columns[0].title}`);
    }
  }
  return rounds;
}

export function mediansOf(rounds: readonly Round[]): readonly Medians[] {
  const byTarget = Map.groupBy(rounds, ({ target }) => target);
  return Array.from(byTarget, ([target, own]) => {
    const names = Object.keys(own[0]?.figures ?? {});
    const medianOf = (name: string) => {
      const values = valuesOf(own, name);
      return values.length === own.length ? median(values) : null;
    };
    return { target, figures: Object.fromEntries(names.map((name) => [name, medianOf(name)])) };
  });
}

/** Null if there was only one server, or if a round of either could not be measured. */
export function ratioOf(rounds: readonly Round[], figure: string): Ratio | null {
  const [[, ofServer] = [], [to, ofOther] = []] = Map.groupBy(rounds, ({ target }) => target);
  if (ofServer === undefined || to === undefined || ofOther === undefined) return null;
  const values = valuesOf(ofServer, figure);
  const others = valuesOf(ofOther, figure);
  if (values.length < ofServer.length || others.length < ofOther.length) return null;
  const ratios = values.map((value, round) => value / (others[round] ?? Number.NaN));
  if (!ratios.every(Number.isFinite)) return null;
  return {
    to,
    figure,
    ofMedians: median(values) / median(others),
    ofRounds: { min: Math.min(...ratios), median: median(ratios), max: Math.max(...ratios) },
  };
}

function valuesOf(rounds: readonly Round[], figure: string): readonly number[] {
  return rounds.map(({ figures }) => figures[figure] ?? null).filter((value) => value !== null);
}
