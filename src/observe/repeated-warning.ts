// A warning about what clients may cause as often as they like: it is logged now and then, with a count.

interface WarningLog {
  warn(fields: object, message: string): void;
}

/** Milliseconds between two lines, at least. */
const pauseMs = 60_000;

export class RepeatedWarning {
  readonly #log: WarningLog;
  readonly #message: string;
  #count = 0;
  #saidAt = Number.NEGATIVE_INFINITY;

  /** @param message must not be made of what a client has sent */
  constructor(log: WarningLog, message: string) {
    this.#log = log;
    this.#message = message;
  }

  /** It has happened once more. The first time is logged at once. */
  count(): void {
    this.#count++;
    const now = Date.now();
    if (now - this.#saidAt < pauseMs) return;
    this.#saidAt = now;
    this.#log.warn({ count: this.#count }, this.#message);
  }
}
