// Every option of a flood, with its unit and its default. `flags.ts` reads them from the command line.

import type { DriverName } from "../drivers.ts";
import { benchDefaults } from "../options.ts";
import { type AttackName, attackNames } from "./attacks.ts";

export interface FloodOptions {
  /** In the order in which they are run. */
  readonly attacks: readonly AttackName[];
  /** As for the other modes. If unset, each attack has servers of its own, with their limits at the defaults. */
  readonly urls?: readonly [URL, ...URL[]];
  /** As for the other modes. The processes that these have started count, too. */
  readonly pids?: readonly number[];
  /** The wire protocol of the talkers. Attacks have their own. */
  readonly protocol: DriverName;
  /** Servers that are started, if there is no address. Several meet over the Redis of their environment. */
  readonly nodes: number;
  /** Pairs that talk, whatever is attacked. */
  readonly pairs: number;
  /** Bytes of one of their messages. */
  readonly bytes: number;
  /** Seconds before an attack, of an attack, and after it. */
  readonly seconds: number;
  /** Whether a server on another host may be attacked. */
  readonly isSure: boolean;
  /** Whether to report one JSON object instead of tables. */
  readonly json: boolean;
}

export const floodDefaults = {
  attacks: attackNames,
  protocol: benchDefaults.protocol,
  nodes: 1,
  pairs: benchDefaults.pairs,
  bytes: benchDefaults.bytes,
  seconds: benchDefaults.seconds,
  isSure: false,
  json: false,
} as const satisfies FloodOptions;

/** The longest attack: a flood is bounded in time. */
export const maxFloodSeconds = 60;
