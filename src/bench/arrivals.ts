// The receiving end of an open loop. The stamp in a message tells which one it is. Its latency counts from
// the moment at which it was due.

import type { Traffic } from "./member.ts";
import { findStamp, readStamp } from "./payload.ts";
import type { Schedule } from "./schedule.ts";

/** The latencies of one round, without its warm-up. */
export class Arrivals {
  readonly #schedule: Schedule;
  readonly #firstStamp: number;
  readonly #warmUps: number;
  readonly #latencies: Float64Array;
  #measured = 0;
  /** Messages that have not arrived yet, including those of the warm-up. */
  missing: number;

  constructor(schedule: Schedule, firstStamp: number, warmUps: number, measured: number) {
    this.#schedule = schedule;
    this.#firstStamp = firstStamp;
    this.#warmUps = warmUps;
    this.#latencies = new Float64Array(measured);
    this.missing = warmUps + measured;
  }

  /** Milliseconds from when each message was due until it came, in order of arrival. */
  get latencies(): Float64Array {
    return this.#latencies.subarray(0, this.#measured);
  }

  arrived(stamp: number): void {
    const index = stamp - this.#firstStamp;
    // A late message of the round before, or NaN if the server has changed the payload: neither counts.
    if (!(index >= 0)) return;
    this.missing--;
    if (index < this.#warmUps || this.#measured === this.#latencies.length) return;
    this.#latencies[this.#measured++] = performance.now() - this.#schedule.dueAt(index);
  }
}

/** Reads the stamp of every message. Its place is searched for in the first message only. */
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
