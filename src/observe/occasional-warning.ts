// A warning of what may go on for a while: it is logged at most once in a few seconds, with how often it was so.

interface WarningLog {
  warn(fields: object, message: string): void;
}

/** Milliseconds between two lines, at least. */
const pauseMs = 5000;

export class OccasionalWarning {
  readonly #log: WarningLog;
  readonly #message: string;
  readonly #now: () => number;
  #count = 0;
  #saidAt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds, by a clock that never goes back */
  constructor(log: WarningLog, message: string, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#message = message;
    this.#now = now;
  }

  /** It has happened once more. @param fields of this time; the line has its count since the last line too */
  warn(fields: object): void {
    this.#count++;
    const now = this.#now();
    if (now - this.#saidAt < pauseMs) return;
    this.#saidAt = now;
    this.#log.warn({ ...fields, count: this.#count }, this.#message);
    this.#count = 0;
  }
}
