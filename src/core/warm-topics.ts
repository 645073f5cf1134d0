// Topics that are kept up to date though nobody here is a member, because somebody asked for them: each for
// some seconds after it was last asked for, and only so many in all.

import type { Clock } from "./clock.ts";
import { maxWarmTopics, warmSeconds } from "./limits.ts";

export class WarmTopics<Topic> {
  readonly #clock: Clock;
  readonly #cooled: (topic: Topic) => void;
  /** Since when, by the clock; the one that was asked for longest ago first. */
  readonly #since = new Map<Topic, number>();

  /** @param cooled is told of each topic that is not kept warm any more */
  constructor(clock: Clock, cooled: (topic: Topic) => void) {
    this.#clock = clock;
    this.#cooled = cooled;
    clock.everyStep(() => this.#expire());
  }

  has(topic: Topic): boolean {
    return this.#since.has(topic);
  }

  /** Keeps it warm from now on for `warmSeconds`. Beyond `maxWarmTopics` the oldest cools early. */
  renew(topic: Topic): void {
    const { seconds } = this.#clock;
    if (this.#since.get(topic) === seconds) return;
    this.#since.delete(topic);
    this.#since.set(topic, seconds);
    if (this.#since.size > maxWarmTopics) this.#coolOldest();
  }

  #expire(): void {
    for (const since of this.#since.values()) {
      if (this.#clock.seconds - since < warmSeconds) return;
      this.#coolOldest();
    }
  }

  #coolOldest(): void {
    const [oldest] = this.#since.keys();
    if (oldest === undefined) return;
    this.#since.delete(oldest);
    this.#cooled(oldest);
  }
}
