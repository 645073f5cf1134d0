// Which connections have said nothing for a while. Their pings may still be answered: by a browser whose page
// hangs, or by a proxy.

import type { Clock } from "../../core/clock.ts";

export class Silence<Speaker> {
  readonly #clock: Clock;
  readonly #seconds: number;
  readonly #fellSilent: (speaker: Speaker) => void;
  /** When each was last heard, by the clock; the one that was heard longest ago first. */
  readonly #heardAt = new Map<Speaker, number>();

  /**
   * @param seconds without a word after which somebody is silent
   * @param fellSilent is told of each once, and again when it has said something since
   */
  constructor(clock: Clock, seconds: number, fellSilent: (speaker: Speaker) => void) {
    this.#clock = clock;
    this.#seconds = seconds;
    this.#fellSilent = fellSilent;
    clock.everyStep(() => this.#step());
  }

  /** It has said something. */
  heard(speaker: Speaker): void {
    const { seconds } = this.#clock;
    if (this.#heardAt.get(speaker) === seconds) return;
    this.#heardAt.delete(speaker);
    this.#heardAt.set(speaker, seconds);
  }

  forget(speaker: Speaker): void {
    this.#heardAt.delete(speaker);
  }

  #step(): void {
    for (const [speaker, heardAt] of this.#heardAt) {
      if (this.#clock.seconds - heardAt < this.#seconds) return;
      this.#heardAt.delete(speaker);
      this.#fellSilent(speaker);
    }
  }
}
