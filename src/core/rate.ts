// How much somebody may do: so much a second, and after a rest that of some seconds at once. What was done is one
// number, which its owner keeps; no timer runs (GCRA, ITU-T I.371).

import type { Clock } from "./clock.ts";

/**
 * Seconds whose share may be used at once. At 100 messages a second they are 2,000: who enters a room of 50 sends each
 * of the others an offer and up to 39 candidates.
 */
const burstSeconds = 20;

/** Seconds of its share that somebody may be ahead without being eager. */
const calmSeconds = 0.4;

export class Rate {
  /** What may be used at once after a rest; no single act costs more. */
  readonly burst: number;
  readonly #calm: number;
  /** What was allowed so far, as of the last step of the clock. */
  #now: number;

  /** @param perSecond 0 for no limit */
  constructor(clock: Clock, perSecond: number) {
    this.#now = clock.seconds * perSecond;
    clock.everyStep(() => {
      this.#now = clock.seconds * perSecond;
    });
    this.burst = perSecond === 0 ? Number.POSITIVE_INFINITY : perSecond * burstSeconds;
    this.#calm = perSecond === 0 ? Number.POSITIVE_INFINITY : perSecond * calmSeconds;
  }

  /**
   * @param spent what this returned before, or 0: it only grows
   * @param cost of what is to be done
   * @returns the new number; what is over the limit must not be kept: see `allows`
   */
  after(spent: number, cost: number): number {
    // What was allowed so far, and was not used, is lost but for a burst.
    return Math.max(spent, this.#now) + Math.min(cost, this.burst);
  }

  /** Whether the rate allows what leads to this number. */
  allows(spent: number): boolean {
    return spent <= this.#now + this.burst;
  }

  /** Whether all of the burst may be used again. */
  isRested(spent: number): boolean {
    return spent <= this.#now;
  }

  /** Whether somebody is far ahead of its share, though within the limit. */
  isEager(spent: number): boolean {
    return spent > this.#now + this.#calm;
  }
}
