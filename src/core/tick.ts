// The outboxes that took a frame in this tick of the event loop; they are flushed together at its end.
// Measured on Bun 1.4.4: gathering raises delivered frames per second of CPU by more than half, and adds
// no latency at moderate rates.

interface Flushable {
  /** Must not throw: others wait behind it. */
  flush(): void;
}

export class Tick {
  readonly #schedule: (run: () => void) => void;
  #waiting: Flushable[] = [];
  #spare: Flushable[] = [];
  #scheduled = false;

  /** @param schedule runs a callback once the events at hand are handled; tests give their own */
  constructor(schedule: (run: () => void) => void = setImmediate) {
    this.#schedule = schedule;
  }

  /** Flushes `outbox` at the end of the tick, or at the next broadcast, whichever is first. */
  add(outbox: Flushable): void {
    this.#waiting.push(outbox);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(this.#end);
  }

  /** Flushes what has gathered so far: a native publish would overtake it. */
  flush(): void {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = this.#spare;
    for (const outbox of batch) outbox.flush();
    batch.length = 0;
    this.#spare = batch;
  }

  readonly #end = (): void => {
    this.#scheduled = false;
    this.flush();
  };
}
