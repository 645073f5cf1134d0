// The time by which everything in the core lasts, counted in steps and not read from the machine: a server
// that was suspended for an hour takes nobody for silent.

/** Milliseconds between two steps. */
export const stepMs = 250;

export class Clock {
  readonly #chores: (() => void)[] = [];
  readonly #fault: (thrown: unknown) => void;
  #steps = 0;

  /** @param fault is told of what a chore throws; the other chores run all the same */
  constructor(fault: (thrown: unknown) => void) {
    this.#fault = fault;
  }

  /** Seconds that this server has been running. Time in which it was suspended does not count. */
  get seconds(): number {
    return (this.#steps * stepMs) / 1000;
  }

  /** Calls `chore` at every step, after those that were added before it. */
  everyStep(chore: () => void): void {
    this.#chores.push(chore);
  }

  /** Runs until the returned function is called. */
  start(): () => void {
    const timer = setInterval(() => this.step(), stepMs);
    return () => clearInterval(timer);
  }

  step(): void {
    this.#steps++;
    for (const chore of this.#chores)
      try {
        chore();
      } catch (thrown) {
        this.#fault(thrown);
      }
  }
}
