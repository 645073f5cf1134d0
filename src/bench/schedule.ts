// When each message of an open loop is due, and the loop that sends it then.

import type { Run } from "./run.ts";

export class Schedule {
  /** Milliseconds, as of `performance.now()`. */
  readonly #start = performance.now();
  readonly #interval: number;

  /** Starts at once. @param rate messages per second */
  constructor(rate: number) {
    this.#interval = 1000 / rate;
  }

  /** When message `index`, counted from 0, is due, in milliseconds as of `performance.now()`. */
  dueAt(index: number): number {
    return this.#start + index * this.#interval;
  }

  /**
   * Calls `send` for every message below `count` as soon as it is due. The event loop turns without
   * a rest meanwhile: no timer is exact enough, and the load generator has a core of its own.
   */
  async run(count: number, send: (index: number, now: number) => void, run: Run): Promise<void> {
    let next = 0;
    while (next < count) {
      run.signal.throwIfAborted();
      const now = performance.now();
      while (next < count && this.dueAt(next) <= now) send(next++, now);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
