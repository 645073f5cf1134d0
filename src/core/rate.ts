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
  readonly #clock: Clock;
  #perSecond = 0;
  #calm = 0;
  #burst = 0;
  /** What was allowed so far, as of the last step of the clock. It never gets less. */
  #now = 0;
  /** When the rate was set, by the clock, and what was allowed by then. */
  #since = 0;
  #before = 0;

  /** @param perSecond 0 for no limit */
  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.set(perSecond);
    clock.everyStep(() => {
      this.#now = this.#before + (clock.seconds - this.#since) * this.#perSecond;
    });
  }

  /** What may be used at once after a rest; no single act costs more. */
  get burst(): number {
    return this.#burst;
  }

  /** Allows so much a second from now on. @param perSecond 0 for no limit */
  set(perSecond: number): void {
    const burst = perSecond === 0 ? Number.POSITIVE_INFINITY : perSecond * burstSeconds;
    // Who has used up a larger burst has used up this one, and does not have to wait for longer.
    if (Number.isFinite(this.#burst)) this.#now += Math.max(0, this.#burst - burst);
    this.#before = this.#now;
    this.#since = this.#clock.seconds;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#calm = perSecond === 0 ? Number.POSITIVE_INFINITY : perSecond * calmSeconds;
  }

  /**
   * @param spent what this returned before, or 0: it only grows
   * @param cost of what is to be done
   * @returns the new number; what is over the limit must not be kept: see `allows`
   */
  after(spent: number, cost: number): number {
    // What was allowed so far, and was not used, is lost but for a burst.
    const begun = Math.max(spent, this.#now);
    // Nothing that is done without a limit counts against a limit that is set later.
    return this.#perSecond === 0 ? begun : begun + Math.min(cost, this.#burst);
  }

  /** Whether the rate allows what leads to this number. */
  allows(spent: number): boolean {
    return spent <= this.#now + this.#burst;
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
