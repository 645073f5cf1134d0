// What one address has yet to be told: in batches, in order, one request at a time, again and again until it is taken. It
// is bounded; what finds no room is lost, and counted.

import { OccasionalWarning } from "./occasional-warning.ts";

/** Events that wait at most. */
const maxWaiting = 10_000;

/** Events of one request. */
const maxBatch = 500;

/** Milliseconds for which events gather. */
const gatherMs = 250;

/** Milliseconds that a request may take. */
const requestMs = 5000;

/** Milliseconds from a failed request to the next one. They double with each failure. */
const firstRetryMs = 500;
const maxRetryMs = 30_000;

interface WebhookLog {
  warn(fields: object, message: string): void;
}

export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
  /** The id of this node. */
  readonly node: string;
}

export class WebhookQueue {
  readonly #target: Omit<WebhookTarget, "secret">;
  /** Signs what is told from now on. */
  secret: string;
  readonly #failed: OccasionalWarning;
  readonly #lossy: OccasionalWarning;
  #waiting: object[] = [];
  /** Events that are lost, and those of which the address has not been told. */
  #lost = 0;
  #untold = 0;
  #failures = 0;
  #timer: Timer | undefined;
  #sending: Promise<void> | undefined;

  constructor(target: WebhookTarget, log: WebhookLog) {
    this.#target = target;
    this.secret = target.secret;
    this.#failed = new OccasionalWarning(log, "a webhook does not take what it is told");
    this.#lossy = new OccasionalWarning(log, "events for a webhook are lost");
  }

  /** Events that are lost so far. */
  get lost(): number {
    return this.#lost;
  }

  add(event: object): void {
    if (this.#waiting.length >= maxWaiting) return this.#lose(1, {});
    this.#waiting.push(event);
    this.#plan(gatherMs);
  }

  /** Tells what waits, once, when the server stops or the address is not to be told any more. Takes no longer than a request may. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
    clearTimeout(this.#timer);
    if (this.#waiting.length > 0) await this.#send();
    clearTimeout(this.#timer);
  }

  #plan(ms: number): void {
    if (this.#timer !== undefined || this.#sending !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#sending = this.#send().finally(() => {
        this.#sending = undefined;
        if (this.#waiting.length > 0) this.#plan(this.#pauseMs);
      });
    }, ms);
  }

  get #pauseMs(): number {
    if (this.#failures === 0) return gatherMs;
    return Math.min(firstRetryMs * 2 ** (this.#failures - 1), maxRetryMs);
  }

  async #send(): Promise<void> {
    const events = this.#waiting.slice(0, maxBatch);
    const untold = this.#untold;
    const { node } = this.#target;
    const status = await this.#post(JSON.stringify({ node, lost: untold, events }));
    const isTaken = status >= 200 && status < 300;
    if (isTaken || isFinal(status)) {
      this.#waiting = this.#waiting.slice(events.length);
      this.#failures = 0;
    } else this.#failures++;
    if (isTaken) this.#untold -= untold;
    else if (isFinal(status)) this.#lose(events.length, { status });
    else this.#failed.warn({ status, waiting: this.#waiting.length });
  }

  /** @returns the status of the answer; 0 if there is none */
  async #post(body: string): Promise<number> {
    const { url } = this.#target;
    const time = Math.floor(Date.now() / 1000);
    const hash = new Bun.CryptoHasher("sha256", this.secret)
      .update(`${time}.${body}`)
      .digest("hex");
    try {
      const response = await fetch(url, {
        method: "POST",
        body,
        headers: {
          "Content-Type": "application/json",
          "Signalbox-Signature": `t=${time},v1=${hash}`,
        },
        redirect: "manual",
        signal: AbortSignal.timeout(requestMs),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return 0;
    }
  }

  #lose(count: number, why: object): void {
    this.#lost += count;
    this.#untold += count;
    this.#lossy.warn({ ...why, lost: this.#lost });
  }
}

/** Whether the address will never take it: 408 and 429 say that it may later. */
const isFinal = (status: number): boolean =>
  status >= 400 && status < 500 && status !== 408 && status !== 429;
