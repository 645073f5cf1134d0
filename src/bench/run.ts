// One run of a mode: whatever fails anywhere (a socket, a child process, the person who presses
// Ctrl-C) ends every wait at once, with the first reason.

import { setTimeout as delay } from "node:timers/promises";
import { ExitError } from "../process/exit.ts";

export class Run {
  readonly #failure = new AbortController();
  readonly #remarks = new Set<string>();
  readonly progress: (text: string) => void;
  /** Aborted with a `ExitError`. */
  readonly signal: AbortSignal = this.#failure.signal;

  constructor(progress: (text: string) => void, interrupt?: AbortSignal) {
    this.progress = progress;
    const interrupted = () => this.fail("interrupted");
    if (interrupt?.aborted) interrupted();
    interrupt?.addEventListener("abort", interrupted, { once: true, signal: this.signal });
  }

  /** Ends the run. Only the first reason counts: the others follow from it. */
  fail(reason: string): void {
    if (!this.signal.aborted) this.#failure.abort(new ExitError(reason));
  }

  /** Notes what the reader of the figures must know. The same remark is kept once. */
  remark(text: string): void {
    this.#remarks.add(text);
  }

  /** The same, if there is something to say. */
  remarkIf(text: string | undefined): void {
    if (text !== undefined) this.remark(text);
  }

  get remarks(): readonly string[] {
    return [...this.#remarks];
  }

  /** @throws the reason of the failure, once there is one */
  async sleep(seconds: number): Promise<void> {
    this.signal.throwIfAborted();
    await delay(seconds * 1000, undefined, { signal: this.signal }).catch(() => {
      throw this.signal.reason;
    });
  }

  /**
   * As `sleep`, but the event loop turns without a rest. The scheduler then leaves this process a
   * core of its own, where it would otherwise now and then put the server on the same one.
   */
  async spin(seconds: number): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    while (performance.now() < deadline) {
      this.signal.throwIfAborted();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Waits until `condition` holds. False: it did not within `seconds`. */
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
