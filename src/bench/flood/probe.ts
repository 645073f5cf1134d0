// Asks at a steady rate for something that has an answer, and keeps how long each answer took, from when the question
// was due. A question that is not answered took at least until now.

import { Beat } from "./beat.ts";
import type { Span } from "./series.ts";

/** @returns a way to give up */
export type Ask = (index: number, answered: () => void) => () => void;

export class Probe implements Disposable {
  readonly #beat: Beat;
  readonly #answers: (number | undefined)[] = [];
  readonly #waiting = new Map<number, () => void>();

  /** Begins at once. @param ask calls `answered` once it is answered, and never if it is not */
  constructor(perSecond: number, ask: Ask) {
    this.#beat = new Beat(perSecond, (index, due) => {
      this.#answers.push(undefined);
      const giveUp = ask(index, () => {
        this.#answers[index] ??= performance.now() - due;
        this.#waiting.delete(index);
      });
      if (this.#answers[index] === undefined) this.#waiting.set(index, giveUp);
    });
  }

  /** Milliseconds that the answers took to the questions that were due in the span. */
  within({ from, to }: Span): readonly number[] {
    const now = performance.now();
    return this.#answers.flatMap((answer, index) => {
      const due = this.#beat.dueAt(index);
      return due >= from && due < to ? [answer ?? now - due] : [];
    });
  }

  [Symbol.dispose](): void {
    this.#beat[Symbol.dispose]();
    for (const giveUp of this.#waiting.values()) giveUp();
    this.#waiting.clear();
  }
}
