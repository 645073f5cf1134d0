// Warns of what makes everybody wait: a tick of the event loop that took long, and answers that did. At most once in a few
// seconds each, however often it happens.

import { type Clock, stepMs } from "../core/clock.ts";
import { OccasionalWarning } from "../observe/occasional-warning.ts";

/** Milliseconds by which a step of the clock must be late. A machine that was suspended is late too. */
const slowTickMs = 1000;

/** Milliseconds that an answer must have taken. */
const slowAnswerMs = 1000;

interface SlowLog {
  warn(fields: object, message: string): void;
}

export class SlowWatch {
  readonly #now: () => number;
  readonly #ticks: OccasionalWarning;
  readonly #answers: OccasionalWarning;
  #stepAt: number | undefined;

  /** @param now milliseconds, by a clock that never goes back */
  constructor(
    log: SlowLog,
    clock: Pick<Clock, "everyStep">,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now;
    this.#ticks = new OccasionalWarning(log, "slow tick", now);
    this.#answers = new OccasionalWarning(log, "slow request", now);
    clock.everyStep(() => this.#step());
  }

  /** @param protocol whose route it is @returns the same answer */
  async answer(protocol: string, answer: Promise<Response>): Promise<Response> {
    const since = this.#now();
    const response = await answer;
    const ms = Math.round(this.#now() - since);
    if (ms >= slowAnswerMs) this.#answers.warn({ protocol, ms, status: response.status });
    return response;
  }

  #step(): void {
    const now = this.#now();
    const lateMs = Math.round(now - (this.#stepAt ?? now - stepMs) - stepMs);
    this.#stepAt = now;
    if (lateMs >= slowTickMs) this.#ticks.warn({ lateMs });
  }
}
