// How much one connection may send: so many messages a second, and after a rest those of some seconds at once.
// What it has sent is one number, which its conversation keeps; no timer runs (GCRA, ITU-T I.371).

import type { Clock } from "./clock.ts";

/**
 * Seconds whose messages may come at once. At 100 a second they are 2,000: who enters a room of 50 sends each
 * of the others an offer and up to 39 candidates.
 */
const burstSeconds = 20;

export class Rate {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;

  /** @param perSecond 0 for no limit */
  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#burst = perSecond === 0 ? Number.POSITIVE_INFINITY : perSecond * burstSeconds;
  }

  /**
   * @param spent what this returned for the message before, or 0: it only grows
   * @returns the same with one message more, or nothing where that is too many
   */
  after(spent: number): number | undefined {
    // What was allowed so far, and was not used, is lost but for a burst.
    const now = this.#clock.seconds * this.#perSecond;
    const next = Math.max(spent, now) + 1;
    return next > now + this.#burst ? undefined : next;
  }
}
