// One run of a mode. The first failure anywhere (a socket, a child process, Ctrl-C) ends every wait at once.

import { setTimeout as delay } from "node:timers/promises";
import { ExitError } from "../process/exit.ts";

export class Run {
  readonly #failure = new AbortController();
  readonly #remarks = new Set<string>();
  readonly progress: (text: string) => void;
  /** Aborted with an `ExitError`. */
  readonly signal: AbortSignal = this.#failure.signal;

  constructor(progress: (text: string) => void, interrupt?: AbortSignal) {
    this.progress = progress;
    const interrupted = () => this.fail("interrupted");
    if (interrupt?.aborted) interrupted();
    interrupt?.addEventListener("abort", interrupted, { once: true, signal: this.signal });
  }

  /** Ends the run. Only the first reason counts, because later ones are consequences. */
  fail(reason: string): void {
    if (!this.signal.aborted) this.#failure.abort(new ExitError(reason));
  }

  /** Adds a remark for the reader of the figures. The same remark is kept only once. */
  remark(text: string): void {
    this.#remarks.add(text);
  }

  /** The same, if there is a text. */
  remarkIf(text: string | undefined): void {
    if (text !== undefined) this.remark(text);
  }

  get remarks(): readonly string[] {
    return [...this.#remarks];
  }

  /** @throws the reason of the failure, if the run fails */
  async sleep(seconds: number): Promise<void> {
    this.signal.throwIfAborted();
    await delay(seconds * 1000, undefined, { signal: this.signal }).catch(() => {
      throw this.signal.reason;
    });
  }

  /**
   * Like `sleep`, but the event loop never rests. The scheduler then gives this process a core of its own, and
   * does not put the server on the same core from time to time.
   */
  async spin(seconds: number): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    while (performance.now() < deadline) {
      this.signal.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Waits until `condition` is true. @returns false if it is still not after `seconds` */
  async until(condition: () => boolean, seconds: number): Promise<boolean> {
    const deadline = performance.now() + seconds * 1000;
    while (!condition()) {
      if (performance.now() > deadline) return false;
      await this.sleep(0.005);
    }
    this.signal.throwIfAborted();
    return true;
  }
}
