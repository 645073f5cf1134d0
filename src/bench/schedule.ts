// When each message of an open loop is due, and the loop that sends it.

import type { Run } from "./run.ts";

export class Schedule {
  /** By `performance.now()`, in milliseconds. */
  readonly #start = performance.now();
  readonly #interval: number;

  /** Starts at once. @param rate messages per second */
  constructor(rate: number) {
    this.#interval = 1000 / rate;
  }

  /** When a message is due, by `performance.now()`. @param index of the message, counted from 0 */
  dueAt(index: number): number {
    return this.#start + index * this.#interval;
  }

  /**
   * Calls `send` for each of `count` messages as soon as it is due. The event loop never rests meanwhile,
   * because no timer is exact enough.
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
