// The receiving end of an open loop: which message has come is read from its stamp, and how long it
// took follows from when it was due.

import type { Traffic } from "./member.ts";
import { findStamp, readStamp } from "./payload.ts";
import type { Schedule } from "./schedule.ts";

/** The latencies of one round. */
export class Arrivals {
  readonly #schedule: Schedule;
  readonly #firstStamp: number;
  readonly #warmUps: number;
  readonly #latencies: Float64Array;
  #measured = 0;
  /** Messages that have not arrived, those of the warm-up included. */
  missing: number;

  constructor(schedule: Schedule, firstStamp: number, warmUps: number, measured: number) {
    this.#schedule = schedule;
    this.#firstStamp = firstStamp;
    this.#warmUps = warmUps;
    this.#latencies = new Float64Array(measured);
    this.missing = warmUps + measured;
  }

  /** In milliseconds since each message was due, in order of arrival. */
  get latencies(): Float64Array {
    return this.#latencies.subarray(0, this.#measured);
  }

  arrived(stamp: number): void {
    const index = stamp - this.#firstStamp;
    // NaN, where the server has changed the payload, is no arrival either.
    if (!(index >= 0)) return;
    this.missing--;
    if (index < this.#warmUps || this.#measured === this.#latencies.length) return;
    this.#latencies[this.#measured++] = performance.now() - this.#schedule.dueAt(index);
  }
}

/** Reads the stamp of every message; where it is, is looked up in the first and then known. */
export class StampReader implements Traffic {
  readonly #onStamp: (stamp: number) => void;
  #at = -1;

  constructor(onStamp: (stamp: number) => void) {
    this.#onStamp = onStamp;
  }

  relayed(bytes: Uint8Array, start: number, end: number): void {
    if (this.#at === -1) this.#at = findStamp(bytes, start, end);
    this.#onStamp(readStamp(bytes, start + this.#at));
  }

  readEnd(): void {}
}
