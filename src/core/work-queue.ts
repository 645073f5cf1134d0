// Work that is not for one frame, and must not delay the frames of others: openings, and what connections send
// that are far ahead of their rate. A tick has a share of time for it; the rest waits for the next ticks, so that
// sockets are polled in between. Who waits takes turns by key, so that one address or topic delays no other.
// Measured on Bun 1.4.4: while new connections come faster than they are served, its accept loop goes on
// without polling what has closed. With openings that cost little it does not.

/** Milliseconds of one tick for such work. */
const shareMs = 3;

interface WorkQueueOptions {
  /** Is told of what a task throws. */
  readonly fault: (thrown: unknown) => void;
  /** Milliseconds; tests give their own. */
  readonly now?: () => number;
  /** Runs a callback in the next tick, after sockets were polled. */
  readonly schedule?: (run: () => void) => void;
}

export class WorkQueue {
  readonly #fault: (thrown: unknown) => void;
  readonly #now: () => number;
  readonly #schedule: (run: () => void) => void;
  /** Oldest first in each; the key whose turn it is comes first. */
  readonly #waiting = new Map<unknown, (() => void)[]>();
  #size = 0;
  /** Milliseconds used in this tick. */
  #spentMs = 0;
  #isScheduled = false;

  constructor({ fault, now = () => performance.now(), schedule = setImmediate }: WorkQueueOptions) {
    this.#fault = fault;
    this.#now = now;
    this.#schedule = schedule;
  }

  /** Tasks that wait. */
  get size(): number {
    return this.#size;
  }

  /** Whether a task would run at once. */
  get isFree(): boolean {
    return this.#size === 0 && this.#spentMs < shareMs;
  }

  /**
   * Runs a task at once if this tick has time left and nothing waits, and in its turn if not.
   * @param key whose work it is, compared as by a `Map`: of several keys each gets its turn, and of one key tasks keep their order
   * @param task finds out by itself whether it is still wanted; then it costs nothing
   */
  run(key: unknown, task: () => void): void {
    if (this.isFree) return this.#do(task);
    const tasks = this.#waiting.get(key);
    if (tasks === undefined) this.#waiting.set(key, [task]);
    else tasks.push(task);
    this.#size++;
    this.#scheduleTick();
  }

  #do(task: () => void): void {
    const start = this.#now();
    try {
      task();
    } catch (thrown) {
      this.#fault(thrown);
    }
    this.#spentMs += this.#now() - start;
    this.#scheduleTick();
  }

  #scheduleTick(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#schedule(this.#tick);
  }

  readonly #tick = (): void => {
    this.#isScheduled = false;
    this.#spentMs = 0;
    while (this.#size > 0 && this.#spentMs < shareMs) this.#do(this.#next());
    if (this.#size > 0) this.#scheduleTick();
  };

  /** Takes the first task of the first key, which then goes to the end of the line. */
  #next(): () => void {
    for (const [key, tasks] of this.#waiting) {
      const task = tasks.shift();
      this.#waiting.delete(key);
      if (tasks.length > 0) this.#waiting.set(key, tasks);
      if (task === undefined) continue;
      this.#size--;
      return task;
    }
    this.#size = 0;
    return () => undefined;
  }
}
