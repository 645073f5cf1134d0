// Ends of sessions that the other side could not be told of, as its node was out of reach: it would go on sending
// to nobody. They are said again until it has heard of them, or one of the two peers has left.

import type { Clock } from "../../core/clock.ts";

/** Seconds between two attempts. */
const pauseSeconds = 1;

export class Unsaid {
  readonly #waiting = new Map<string, () => void>();
  #lastAt = 0;

  constructor(clock: Clock) {
    clock.everyStep(() => {
      if (this.#waiting.size === 0 || clock.seconds - this.#lastAt < pauseSeconds) return;
      this.#lastAt = clock.seconds;
      this.#sayAgain();
    });
  }

  /** @param say tries again, and adds itself once more if that fails too */
  add(sessionId: string, say: () => void): void {
    this.#waiting.set(sessionId, say);
  }

  #sayAgain(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const say of waiting) say();
  }
}
