// The topics that are of interest here though nobody here is a member, and for how long: each a few seconds
// after it was last asked for, and in all no more than there is room for.

import { maxWatches, watchSeconds } from "./limits.ts";
import type { Clock } from "./peer.ts";

/** What the watches need of the peers: their clock, and its steps. */
interface Steps extends Clock {
  everyStep(run: () => void): void;
}

export class Watches<Watched> {
  readonly #clock: Clock;
  readonly #ended: (watched: Watched) => void;
  /** Since when, by the clock; the one that was asked for longest ago first. */
  readonly #since = new Map<Watched, number>();

  /** @param ended is told of each that is not watched any more */
  constructor(steps: Steps, ended: (watched: Watched) => void) {
    this.#clock = steps;
    this.#ended = ended;
    steps.everyStep(() => this.#expire());
  }

  has(watched: Watched): boolean {
    return this.#since.has(watched);
  }

  /** Watches it from now on for `watchSeconds`. Beyond `maxWatches` the oldest watch ends early. */
  renew(watched: Watched): void {
    const { seconds } = this.#clock;
    if (this.#since.get(watched) === seconds) return;
    this.#since.delete(watched);
    this.#since.set(watched, seconds);
    if (this.#since.size > maxWatches) this.#endOldest();
  }

  #expire(): void {
    for (const since of this.#since.values()) {
      if (this.#clock.seconds - since < watchSeconds) return;
      this.#endOldest();
    }
  }

  #endOldest(): void {
    const [oldest] = this.#since.keys();
    if (oldest === undefined) return;
    this.#since.delete(oldest);
    this.#ended(oldest);
  }
}
