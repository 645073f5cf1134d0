// What an attack is: a number of hostile connections, and what they do. It runs in the flooder's process.

import type { Ground } from "./ground.ts";

export interface Attack {
  /** What the connections do, in a few words, for the report. */
  readonly about: string;
  /** Connections at the same time. The attack is run once for each number. */
  readonly connections: readonly number[];
  /**
   * Open files that the server may have beside those of the talkers, if the benchmark starts it. If unset, the
   * limit is not changed.
   */
  readonly serverFiles?: number;
  /** Begins. It goes on by the events of its connections until the ground is closed. */
  start(ground: Ground): void;
}
