// Where the log's lines go. A reader that has stopped reading, or has gone, must neither stop the server
// nor keep it from ending, so that lines wait here, up to a bound, and are lost beyond it.

import { write } from "node:fs";

/** Bytes that may wait; as UTF-16 units, since a log line is nearly all ASCII. */
const maxWaiting = 1_048_576;

/** Milliseconds until a pipe that was full is tried again. */
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

  /** Takes a line, and writes it as soon as those before it are written. */
  write(line: string): void {
    if (this.#isBroken || this.#waiting.length + line.length > maxWaiting) return;
    this.#waiting += line;
    if (!this.#writing) this.#next();
  }

  /** Resolves when everything is written or lost, or after `ms` milliseconds. */
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

  /** Nobody reads any more: EPIPE and the like. */
  #break(): void {
    this.#isBroken = true;
    this.#waiting = "";
    this.#next();
  }
}
