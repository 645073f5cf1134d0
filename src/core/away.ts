// Who has lost its connection and may still come back. Each is away for the same time at most, so the first one is the
// next whose time is over; no one has a timer of its own. What waits for all of them is bounded: beyond that the first
// ones are given up early.

import type { Clock } from "./clock.ts";

/** Peers that may be away at a time. */
const maxAway = 65_536;

/** Bytes that may wait for all of them. */
const maxWaitingBytes = 268_435_456;

/** Somebody who is away. */
interface Absentee {
  /** Bytes that wait for it. */
  readonly waitingBytes: number;
  /** It has not come back in time. */
  lapse(): void;
}

export class Away {
  readonly #clock: Clock;
  readonly #seconds: number;
  /** Since when, by the clock; the first one first. */
  readonly #since = new Map<Absentee, number>();

  /** @param seconds until somebody is given up */
  constructor(clock: Clock, seconds: number) {
    this.#clock = clock;
    this.#seconds = seconds;
    clock.everyStep(() => this.#step());
  }

  /** How many are away. */
  get size(): number {
    return this.#since.size;
  }

  add(absentee: Absentee): void {
    this.#since.set(absentee, this.#clock.seconds);
    if (this.#since.size > maxAway) this.#lapseFirst();
  }

  /** It has come back, or has ended. */
  delete(absentee: Absentee): void {
    this.#since.delete(absentee);
  }

  #step(): void {
    let waiting = 0;
    for (const { waitingBytes } of this.#since.keys()) waiting += waitingBytes;
    for (const [{ waitingBytes }, since] of this.#since) {
      if (this.#clock.seconds - since < this.#seconds && waiting <= maxWaitingBytes) return;
      waiting -= waitingBytes;
      this.#lapseFirst();
    }
  }

  #lapseFirst(): void {
    const [first] = this.#since.keys();
    if (first === undefined) return;
    this.#since.delete(first);
    first.lapse();
  }
}
