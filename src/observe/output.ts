// Writes the lines of the log. A reader that stops reading must neither stop the server nor keep it from ending, so
// lines wait here. Lines that do not fit are lost.

import { write } from "node:fs";

/** How much may wait, in UTF-16 units: about as many bytes, as log lines are nearly all ASCII. */
const maxWaiting = 1_048_576;

/** Milliseconds before a full pipe is tried again. */
const retryMs = 50;

export class Output {
  readonly #descriptor: number;
  #waiting = "";
  #writing = false;
  #isBroken = false;
  #flushed: (() => void)[] = [];

  /** @param descriptor 1 for standard output */
  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Writes a line after the lines before it. */
  write(line: string): void {
    if (this.#isBroken || this.#waiting.length + line.length > maxWaiting) return;
    this.#waiting += line;
    if (!this.#writing) this.#next();
  }

  /** Resolves when all lines are written or lost, at the latest after `ms` milliseconds. */
  async flush(ms: number): Promise<void> {
    if (!this.#writing) return;
    const flushed = new Promise<void>((resolve) => this.#flushed.push(resolve));
    await Promise.race([flushed, Bun.sleep(ms)]);
  }

  #next(): void {
    this.#writing = this.#waiting !== "";
    if (!this.#writing) {
      for (const resolve of this.#flushed.splice(0)) resolve();
      return;
    }
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = "";
    this.#put(bytes);
  }

  #put(bytes: Buffer): void {
    write(this.#descriptor, bytes, (error, written) => {
      if (error?.code === "EAGAIN") setTimeout(() => this.#put(bytes), retryMs);
      else if (error !== null) this.#break();
      else if (written < bytes.length) this.#put(bytes.subarray(written));
      else this.#next();
    });
  }

  /** The reader has gone: EPIPE and the like. */
  #break(): void {
    this.#isBroken = true;
    this.#waiting = "";
    this.#next();
  }
}
