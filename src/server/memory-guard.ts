// Whether the process uses so much memory that no more clients are let in. Those that are connected stay: their queues
// are bounded, and memory shrinks as they leave.

import type { Clock } from "../core/clock.ts";
import { residentBytes } from "../observe/resources.ts";

/** Steps of the clock between two readings: a second. */
const stepsPerReading = 4;

/** The part of the limit below which clients are let in again. */
const recovered = 0.95;

interface GuardLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export class MemoryGuard {
  /** May be changed at any time. */
  limitBytes: number;
  readonly #log: GuardLog;
  readonly #read: () => number;
  #steps = 0;
  #isOver = false;

  /** @param read resident bytes; tests give their own */
  constructor(clock: Clock, limitBytes: number, log: GuardLog, read: () => number = residentBytes) {
    this.limitBytes = limitBytes;
    this.#log = log;
    this.#read = read;
    clock.everyStep(() => this.#step());
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  #step(): void {
    if (this.#steps++ % stepsPerReading !== 0) return;
    const bytes = this.#read();
    const fields = { residentMiB: Math.round(bytes / 2 ** 20) };
    if (!this.#isOver && bytes > this.limitBytes) {
      this.#isOver = true;
      this.#log.warn(fields, "memory is over --memory-limit: new clients are refused");
    } else if (this.#isOver && bytes < this.limitBytes * recovered) {
      this.#isOver = false;
      this.#log.info(fields, "memory is below --memory-limit: new clients are let in again");
    }
  }
}
