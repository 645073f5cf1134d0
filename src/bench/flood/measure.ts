// One attack on one server, from its start to its end.

import { ExitError } from "../../process/exit.ts";
import type { BenchIo } from "../bench.ts";
import { openPairs } from "../pairs.ts";
import { Run } from "../run.ts";
import { missesOf } from "./aims.ts";
import { type AttackName, attacks } from "./attacks.ts";
import { drain } from "./drain.ts";
import { FlooderProcess } from "./flooder-process.ts";
import type { FloodOptions } from "./options.ts";
import type { FloodOrder } from "./order.ts";
import { openAttacked } from "./servers.ts";
import { type Watched, watch } from "./watch.ts";

/** Open files that a server needs for itself. */
const ownFiles = 32;

/** One attack with one number of connections. */
export interface Wave {
  readonly attack: AttackName;
  readonly connections: number;
}

export interface WaveResult extends Wave {
  readonly about: string;
  /** Null if the server or its talkers did not survive: the first of `misses` says why. */
  readonly watched: Watched | null;
  /** Seconds from SIGTERM to the server's end; null if it did not end in order; absent if it was not asked. */
  readonly drainSeconds?: number | null;
  /** A line for each aim that is missed. */
  readonly misses: readonly string[];
  /** What a reader of the figures must know. */
  readonly remarks: readonly string[];
}

/** @throws {ExitError} if the server cannot be measured at all */
export async function measure(wave: Wave, options: FloodOptions, io: BenchIo): Promise<WaveResult> {
  const run = new Run(io.progress, io.signal);
  await using started = new AsyncDisposableStack();
  const { about, serverFiles } = attacks[wave.attack];
  const files = serverFiles && options.pairs * 2 + ownFiles + serverFiles;
  let hasBegun = false;
  try {
    const attacked = await openAttacked(options, io.command, files, started, run);
    const { urls } = attacked.target;
    const order: FloodOrder = { ...wave, seconds: options.seconds, urls, isSure: options.isSure };
    const pairs = await openPairs(attacked.target, options, run);
    const flooder = started.use(new FlooderProcess(io.command, order, run));
    await flooder.ready();
    hasBegun = true;
    const watched = await watch(attacked, pairs, flooder, options, run);
    const isStarted = attacked.processes.length > 0;
    const drained = isStarted ? { drainSeconds: await drain(attacked, order, io) } : {};
    const misses = missesOf({ ...watched, ...drained });
    return { ...wave, about, watched, ...drained, misses, remarks: run.remarks };
  } catch (error) {
    // The first failure is the cause. What was thrown after it is a consequence.
    const cause: unknown = run.signal.aborted ? run.signal.reason : error;
    const isResult = hasBegun && io.signal?.aborted !== true && cause instanceof ExitError;
    if (!isResult) throw cause;
    return { ...wave, about, watched: null, misses: [cause.message], remarks: run.remarks };
  }
}
