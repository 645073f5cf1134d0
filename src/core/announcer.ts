// Tells the members of large topics who joined and left, in small slices, and so seldom that it takes no more than a
// tenth of a core: what gathers meanwhile is told together, with one write for each member.

/** A topic that has gathered announcements. */
interface Gathering {
  /**
   * Tells some of its members, and sends it: most of the cost is writing. Takes little time.
   * @returns whether everybody knows everything
   */
  tellSome(): boolean;
}

/** Milliseconds of one slice. */
const sliceMs = 2;

/** Times as long as a slice took, nothing is announced after it. */
const restFactor = 9;

interface AnnouncerOptions {
  /** Is told of what a topic throws, which is then told no further before it has something new. */
  readonly fault: (thrown: unknown) => void;
  /** Milliseconds; tests give their own. */
  readonly now?: () => number;
  /** Runs a callback after some milliseconds; 0 is the next tick. */
  readonly wait?: (run: () => void, ms: number) => void;
}

export class Announcer {
  readonly #fault: (thrown: unknown) => void;
  readonly #now: () => number;
  readonly #wait: (run: () => void, ms: number) => void;
  /** The one whose turn it is comes first. */
  readonly #topics = new Set<Gathering>();
  #notBefore = 0;
  #isPlanned = false;

  constructor({ fault, now = () => performance.now(), wait = waitMs }: AnnouncerOptions) {
    this.#fault = fault;
    this.#now = now;
    this.#wait = wait;
  }

  /** The topic has something to tell. */
  add(topic: Gathering): void {
    this.#topics.add(topic);
    this.#plan();
  }

  /** The topic is forgotten. */
  delete(topic: Gathering): void {
    this.#topics.delete(topic);
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#wait(this.#run, Math.max(0, this.#notBefore - this.#now()));
  }

  readonly #run = (): void => {
    const start = this.#now();
    let spent = 0;
    while (this.#topics.size > 0 && spent < sliceMs) {
      this.#tellNext();
      spent = this.#now() - start;
    }
    this.#notBefore = start + spent * (1 + restFactor);
    // Not before: who leaves because of a fault is announced after the rest, too.
    this.#isPlanned = false;
    if (this.#topics.size > 0) this.#plan();
  };

  /** Goes on with the first topic, which then goes to the end of the line. */
  #tellNext(): void {
    for (const topic of this.#topics) {
      this.#topics.delete(topic);
      try {
        if (!topic.tellSome()) this.#topics.add(topic);
      } catch (thrown) {
        this.#fault(thrown);
      }
      return;
    }
  }
}

function waitMs(run: () => void, ms: number): void {
  if (ms === 0) setImmediate(run);
  else setTimeout(run, ms);
}
