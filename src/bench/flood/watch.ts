// Watches a server before an attack, during it and after it: talkers, probes and memory.

import type { Figures } from "../mode.ts";
import type { PairMember } from "../pairs.ts";
import type { Run } from "../run.ts";
import { Beat } from "./beat.ts";
import type { FlooderProcess } from "./flooder-process.ts";
import type { FloodOptions } from "./options.ts";
import { figuresOf, type Instruments, type PhaseFigure, timed } from "./phases.ts";
import { Probe } from "./probe.ts";
import { askHealth, askToJoin } from "./questions.ts";
import { greatest, Series } from "./series.ts";
import type { Attacked } from "./servers.ts";
import { Talkers } from "./talkers.ts";
import type { FloodCounts } from "./tally.ts";

/** Seconds that the talkers talk before anything is measured, at most as many as a phase has. */
const warmUpSeconds = 2;

/** Seconds that are waited for messages which have not arrived. */
const settleSeconds = 5;

/** Milliseconds: a p99 of the talkers' own lateness above which the figures say little. */
const restlessMs = 5;

const healthPerSecond = 20;
const joinsPerSecond = 5;
const memoryPerSecond = 10;

export interface Watched {
  readonly phases: Readonly<Record<"before" | "during" | "after", Figures<PhaseFigure>>>;
  /** The most memory during the attack, less the most before. */
  readonly growthMebibytes: number | null;
  /** What the flooder did; null if it did not end in its time. */
  readonly flooder: FloodCounts | null;
}

/** @param pairs they are connected, and stay so */
export async function watch(
  { target, meter }: Attacked,
  pairs: readonly PairMember[],
  flooder: FlooderProcess,
  { seconds, protocol }: FloodOptions,
  run: Run,
): Promise<Watched> {
  using talkers = new Talkers(pairs);
  using health = new Probe(healthPerSecond, askHealth(target));
  using joins = new Probe(joinsPerSecond, askToJoin(target, protocol));
  const memory = new Series();
  using _reading = new Beat(memoryPerSecond, (_index, due) => {
    const bytes = meter?.residentBytes() ?? null;
    if (bytes !== null) memory.add(due, bytes);
  });
  await run.sleep(Math.min(warmUpSeconds, seconds));

  const before = await timed(meter, () => run.sleep(seconds));
  flooder.begin();
  let flooded: FloodCounts | null = null;
  const during = await timed(meter, async () => {
    flooded = await flooder.report();
  });
  const after = await timed(meter, () => run.sleep(seconds));
  talkers.fallSilent();
  await run.until(() => talkers.missing <= 0, settleSeconds);

  const instruments: Instruments = { talkers, health, joins, memory };
  const phases = {
    before: figuresOf(before, instruments, greatest),
    during: figuresOf(during, instruments, greatest),
    after: figuresOf(after, instruments, (bytes) => bytes.at(-1) ?? null),
  };
  if ((phases.before.lateP99Ms ?? 0) > restlessMs)
    run.remark(
      "the talkers were late before the attack, because of other work on this machine: repeat this",
    );
  const [most, quiet] = [phases.during.mebibytes, phases.before.mebibytes];
  const growthMebibytes = most === null || quiet === null ? null : most - quiet;
  return { phases, growthMebibytes, flooder: flooded };
}
