// Plays one setting of a part: starts the servers, each in a process of its own, has the load generator of this process
// play the rounds, and says what came of it.

import { type BenchOptions, benchDefaults } from "../../src/bench/options.ts";
import { playRounds, type Round } from "../../src/bench/rounds.ts";
import type { Run } from "../../src/bench/run.ts";
import { median } from "../../src/bench/statistics.ts";
import { serveFor, startOther, startOwn, type Target } from "../../src/bench/targets.ts";
import { binary } from "../support/paths.ts";
import { type Contender, type OwnProtocol, ownDrivers } from "./contenders.ts";
import type { Part, Setting } from "./parts.ts";
import { playApart } from "./play-apart.ts";
import type { Row, Spread } from "./results.ts";

/** A server of a part, and how it is started. */
export interface Entrant {
  /** Its name among the targets of a contest. */
  readonly id: string;
  readonly server: string;
  readonly protocol: string;
  /** Which of ours it is compared with; unset for ours. */
  readonly besideId?: string;
  start(started: AsyncDisposableStack, run: Run): Promise<Target>;
}

const ownEntrant = (protocol: OwnProtocol): Entrant => {
  const driver = ownDrivers[protocol];
  const id = `signalbox, ${protocol}`;
  return {
    id,
    server: "signalbox",
    protocol,
    start: async (started, run) => ({
      ...(await startOwn(id, [binary, ...serveFor(driver)], started, run)),
      driver,
    }),
  };
};

const otherEntrant = ({ name, beside, own, command }: Contender): Entrant => {
  const [protocol, driver] = own ?? [beside, ownDrivers[beside]];
  return {
    id: name,
    server: name,
    protocol,
    besideId: `signalbox, ${beside}`,
    start: async (started, run) => ({
      ...(await startOther(name, command, started, run)),
      driver,
    }),
  };
};

/** @param changes of the options, for short runs */
export const optionsOf = (setting: Setting, changes: Partial<BenchOptions>): BenchOptions => ({
  ...benchDefaults,
  rounds: 5,
  seconds: 1,
  ...setting.options,
  ...changes,
});

/** Ours come first. */
export const entrantsOf = ({ own }: Part, others: readonly Contender[]): readonly Entrant[] => [
  ...own.map(ownEntrant),
  ...others.map(otherEntrant),
];

/**
 * @param others those of the part's that are there
 * @param changes of the options, for short runs
 */
export async function contest(
  part: Part,
  setting: Setting,
  others: readonly Contender[],
  changes: Partial<BenchOptions>,
  run: Run,
): Promise<readonly Row[]> {
  const entrants = entrantsOf(part, others).filter(({ id }) => !setting.without?.includes(id));
  const options = optionsOf(setting, changes);
  const rounds = await plays[part.play](part, entrants, options, run);
  const byId = Map.groupBy(rounds, ({ target }) => target);
  return entrants.map(({ id, server, protocol, besideId }) => {
    const own = byId.get(id) ?? [];
    const names = Object.keys(own[0]?.figures ?? {});
    const spreads = names.map((name) => [name, spreadOf(figuresOf(own, name))] as const);
    return {
      setting: setting.name,
      server,
      protocol,
      figures: Object.fromEntries(spreads),
      ratio: besideId === undefined ? null : ratioOf(part, byId.get(besideId) ?? [], own),
    };
  });
}

type Play = (
  part: Part,
  entrants: readonly Entrant[],
  options: BenchOptions,
  run: Run,
) => Promise<readonly Round[]>;

const inTurn: Play = async ({ mode }, entrants, options, run) => {
  await using started = new AsyncDisposableStack();
  const targets = await startAll(entrants, started, run);
  return await playRounds(mode, targets, options, run);
};

const alone: Play = async (part, entrants, options, run) => {
  const rounds: Round[] = [];
  for (const entrant of entrants) rounds.push(...(await inTurn(part, [entrant], options, run)));
  return rounds;
};

const together: Play = async (part, entrants, options, run) => {
  const rounds: Round[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    const games = entrants.map(({ id }) => playApart({ part: part.name, id, options }, run));
    for (const figures of await Promise.all(games)) rounds.push({ ...figures, round });
    run.progress(`${part.name} round ${round}/${options.rounds}`);
  }
  return rounds;
};

const plays: Readonly<Record<Part["play"], Play>> = { "in turn": inTurn, alone, together };

const startAll = (entrants: readonly Entrant[], started: AsyncDisposableStack, run: Run) =>
  Promise.all(entrants.map((entrant) => entrant.start(started, run)));

const figuresOf = (rounds: readonly Round[], name: string): readonly (number | null)[] =>
  rounds
    .toSorted((one, other) => one.round - other.round)
    .map(({ figures }) => figures[name] ?? null);

/** Null if one of them could not be measured. */
function spreadOf(values: readonly (number | null)[]): Spread | null {
  const measured = values.flatMap((value) =>
    value !== null && Number.isFinite(value) ? [value] : [],
  );
  if (measured.length === 0 || measured.length < values.length) return null;
  return {
    median: median(measured),
    lowest: Math.min(...measured),
    highest: Math.max(...measured),
  };
}

/** How many times as good ours is: above 1, it does more, or needs less. */
function ratioOf(
  { compared, isLessBetter }: Part,
  ours: readonly Round[],
  theirs: readonly Round[],
): Spread | null {
  const [own, other] = [figuresOf(ours, compared), figuresOf(theirs, compared)];
  const quotient = (one: number | null, two: number | null): number | null => {
    if (one === null || two === null) return null;
    return isLessBetter ? two / one : one / two;
  };
  const spread = spreadOf(own.map((value, round) => quotient(value, other[round] ?? null)));
  const ofMedians = quotient(spreadOf(own)?.median ?? null, spreadOf(other)?.median ?? null);
  return spread && ofMedians !== null ? { ...spread, median: ofMedians } : null;
}
