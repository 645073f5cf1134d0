// Finds those that hang: everybody who is watched is asked for a sign of life once a second.

/** Milliseconds between two questions. */
export const beatMs = 1000;

/** So many questions without an answer, and who was asked counts as hanging. */
const maxUnanswered = 5;

interface Actions<Subject> {
  ask(subject: Subject): void;
  /** It hangs, and is not watched any more. */
  silent(subject: Subject): void;
}

export class Watchdog<Subject> {
  readonly #actions: Actions<Subject>;
  /** Questions since the last answer. */
  readonly #unanswered = new Map<Subject, number>();
  #lastMs = 0;

  constructor(actions: Actions<Subject>) {
    this.#actions = actions;
  }

  watch(subject: Subject): void {
    this.#unanswered.set(subject, 0);
  }

  /** It gave a sign of life. */
  seen(subject: Subject): void {
    if (this.#unanswered.has(subject)) this.#unanswered.set(subject, 0);
  }

  forget(subject: Subject): void {
    this.#unanswered.delete(subject);
  }

  /**
   * Asks everybody. Call it every `beatMs`: questions are counted, not seconds, and a beat that comes late
   * starts the count again. A machine that was suspended, or has too much to do, has nobody killed for it.
   */
  beat(nowMs: number): void {
    const isLate = nowMs - this.#lastMs > 2 * beatMs;
    this.#lastMs = nowMs;
    for (const [subject, unanswered] of [...this.#unanswered]) {
      if (unanswered >= maxUnanswered && !isLate) {
        this.forget(subject);
        this.#actions.silent(subject);
        continue;
      }
      this.#unanswered.set(subject, isLate ? 1 : unanswered + 1);
      this.#actions.ask(subject);
    }
  }
}
