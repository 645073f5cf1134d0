// What a connection sends beyond its rates: none of it is relayed, and a connection that goes on sending ten times
// what it may is closed. Exists only for connections that were too fast.

import type { Clock } from "../core/clock.ts";
import type { Limits } from "../core/limits.ts";

/** Seconds that are looked at together. */
const windowSeconds = 3;

/** Times its share by which a connection may be too fast for that long. */
const toleratedFactor = 10;

/** Seconds after which it may send again, as it is told; it is told no sooner again. */
export const retrySeconds = 1;

export class Excess {
  readonly #clock: Clock;
  readonly #limits: Limits;
  #since: number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #frames = 0;
  #bytes = 0;

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#since = clock.seconds;
  }

  /** One more message was too much. @returns what is to be done about it */
  count(bytes: number): "close" | "tell" | "ignore" {
    const now = this.#clock.seconds;
    if (now - this.#since > windowSeconds) {
      this.#since = now;
      this.#frames = 0;
      this.#bytes = 0;
    }
    this.#frames++;
    this.#bytes += bytes;
    const { framesPerSecond, bytesPerSecond } = this.#limits;
    if (isFlood(this.#frames, framesPerSecond) || isFlood(this.#bytes, bytesPerSecond))
      return "close";
    if (now - this.#toldAt < retrySeconds) return "ignore";
    this.#toldAt = now;
    return "tell";
  }
}

const isFlood = (sent: number, perSecond: number): boolean =>
  perSecond > 0 && sent > perSecond * toleratedFactor * windowSeconds;
