// Work that is not for one frame, and must not delay the frames of others: openings, long messages, many who leave, and
// what connections send that are far ahead of their rate. A tick has a share of time for it; the rest waits for the next
// ticks, so that sockets are polled in between. Who waits takes turns by key, so that one address or topic delays no other.
// Measured on Bun 1.4.4: while new connections come faster than they are served, its accept loop goes on
// without polling what has closed. With openings that cost little it does not.

/** Milliseconds of one tick for such work, unless set otherwise. */
const defaultShareMs = 1.5;

interface WorkQueueOptions {
  /** Milliseconds of one tick for this work. */
  readonly shareMs?: number;
  /** Is told of what a task throws. */
  readonly fault: (thrown: unknown) => void;
  /** Whether what was done before is not written yet, or not known to others. As long as it is so, a tick does one task. */
  readonly isLate?: () => boolean;
  /** Milliseconds; tests give their own. */
  readonly now?: () => number;
  /** Runs a callback in the next tick, after sockets were polled. */
  readonly schedule?: (run: () => void) => void;
}

/**
 * UTF-16 units of messages, or as much work, that a tick does at once however long it has taken: what little there is must
 * not wait because the machine was slow.
 */
const unitsAtOnce = 65_536;

/** Tasks of a line that are done and may still be kept in it. */
const maxDone = 64;

/** The tasks of one key, oldest first. */
interface Line {
  readonly tasks: ((() => void) | undefined)[];
  /** How many of the first ones are done, and kept no more. */
  done: number;
}

export class WorkQueue {
  readonly #shareMs: number;
  readonly #fault: (thrown: unknown) => void;
  readonly #isLate: () => boolean;
  readonly #now: () => number;
  readonly #schedule: (run: () => void) => void;
  /** Oldest first in each; the key whose turn it is comes first. */
  readonly #waiting = new Map<unknown, Line>();
  #size = 0;
  /** When the share of this tick is over, once some of it was used. */
  #until: number | undefined;
  /** Of work that was done at once in this tick. */
  #units = 0;
  #isScheduled = false;

  constructor({
    shareMs = defaultShareMs,
    fault,
    isLate = () => false,
    now = () => performance.now(),
    schedule = setImmediate,
  }: WorkQueueOptions) {
    this.#shareMs = shareMs;
    this.#fault = fault;
    this.#isLate = isLate;
    this.#now = now;
    this.#schedule = schedule;
  }

  /** Tasks that wait. */
  get size(): number {
    return this.#size;
  }

  /** Whether a task would run at once. */
  get isFree(): boolean {
    return this.#size === 0 && this.hasTime;
  }

  /** Whether this tick has time left. A task that could go on asks this, and leaves the rest to its next turn. */
  get hasTime(): boolean {
    return (this.#until === undefined || this.#now() < this.#until) && !this.#isLate();
  }

  /**
   * Runs a task at once if this tick has time left and nothing waits, and in its turn if not.
   * @param key whose work it is, compared as by a `Map`: of several keys each gets its turn, and of one key tasks keep
   * their order
   * @param task finds out by itself whether it is still wanted; then it costs nothing
   */
  run(key: unknown, task: () => void): void {
    if (this.mayBegin()) {
      this.#do(task);
      return;
    }
    const line = this.#waiting.get(key);
    if (line === undefined) this.#waiting.set(key, { tasks: [task], done: 0 });
    else line.tasks.push(task);
    this.#size++;
    this.#plan();
  }

  /** @returns whether something may be done at once; what is then done until the tick ends counts as such work */
  mayBegin(): boolean {
    if (!this.isFree) return false;
    this.#until ??= this.#now() + this.#shareMs;
    this.#plan();
    return true;
  }

  /**
   * The same for what is little, and must only wait where there is much of it.
   * @param units of work: see `unitsAtOnce`
   */
  mayDo(units: number): boolean {
    this.note(units);
    return (this.#units <= unitsAtOnce && !this.#isLate()) || this.mayBegin();
  }

  /** So much was done at once, so that less of this tick is left for `mayDo`. @param units of work */
  note(units: number): void {
    this.#units += units;
    this.#plan();
  }

  #do(task: () => void): void {
    try {
      task();
    } catch (thrown) {
      this.#fault(thrown);
    }
  }

  #plan(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#schedule(this.#tick);
  }

  readonly #tick = (): void => {
    this.#isScheduled = false;
    this.#until = undefined;
    this.#units = 0;
    if (this.#size === 0) return;
    this.#until = this.#now() + this.#shareMs;
    do this.#doNext();
    while (this.#size > 0 && this.hasTime);
    this.#plan();
  };

  /** Does the first task of the first key, which then goes to the end of the line. */
  #doNext(): void {
    for (const [key, line] of this.#waiting) {
      const task = line.tasks[line.done];
      line.tasks[line.done++] = undefined;
      this.#waiting.delete(key);
      if (line.done < line.tasks.length) this.#waiting.set(key, rested(line));
      this.#size--;
      if (task !== undefined) this.#do(task);
      return;
    }
  }
}

/** Without what is done, once that is most of it: moving thousands of tasks for each would cost more than they do. */
function rested(line: Line): Line {
  if (line.done < maxDone || line.done * 2 < line.tasks.length) return line;
  return { tasks: line.tasks.slice(line.done), done: 0 };
}
