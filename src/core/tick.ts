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
  /** What is being flushed, and the index of the first that is not yet. */
  #batch: Flushable[] = [];
  #next = 0;
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

  /** Flushes what has gathered so far: a native publish would overtake it. May be called by what it flushes. */
  flush(): void {
    this.#finishBatch();
    if (this.#waiting.length === 0) return;
    const empty = this.#batch;
    this.#batch = this.#waiting;
    this.#waiting = empty;
    this.#finishBatch();
  }

  #finishBatch(): void {
    while (this.#next < this.#batch.length) this.#batch[this.#next++]?.flush();
    this.#batch.length = 0;
    this.#next = 0;
  }

  readonly #end = (): void => {
    this.#scheduled = false;
    this.flush();
  };
}
