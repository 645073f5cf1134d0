// What is sent to one peer on one data channel: values in order, each in as many messages as it takes, and no faster than
// the browser passes them on.

import type { Parcel } from "./pieces.ts";

/** Bytes in the browser's buffer above which nothing is added, and below which it goes on. */
const highBytes = 1024 * 1024;
const lowBytes = 256 * 1024;

/** Bytes that wait here at most. */
const maxWaitingBytes = 128 * 1024 * 1024;

interface WaitingParcel {
  readonly parcel: Parcel;
  readonly done: (isTaken: boolean) => void;
}

export class Pipe {
  readonly #channel: RTCDataChannel;
  readonly #isLossy: boolean;
  readonly #waiting: WaitingParcel[] = [];
  #waitingBytes = 0;
  #values = 0;
  #isPumping = false;
  #isEnded = false;
  #wake = () => {};

  /** @param isLossy whether values are left out that cannot be sent at once */
  constructor(channel: RTCDataChannel, isLossy: boolean) {
    this.#channel = channel;
    this.#isLossy = isLossy;
    channel.bufferedAmountLowThreshold = lowBytes;
    const wake = () => this.#wake();
    for (const type of ["open", "bufferedamountlow", "close"]) channel.addEventListener(type, wake);
  }

  get isOpen(): boolean {
    return this.#channel.readyState === "open";
  }

  /** @returns whether the browser has taken all of it */
  send(parcel: Parcel): Promise<boolean> {
    const mayWait = !this.#isLossy && this.#waitingBytes + parcel.bytes <= maxWaitingBytes;
    if (!mayWait && (!this.#hasRoom || this.#isPumping)) return Promise.resolve(false);
    this.#waitingBytes += parcel.bytes;
    const taken = new Promise<boolean>((done) => {
      this.#waiting.push({ parcel, done });
    });
    void this.#pump();
    return taken;
  }

  /** Gives up what waits. A connection that is closed here does not say that of its channels. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  get #hasRoom(): boolean {
    return this.isOpen && this.#channel.bufferedAmount < highBytes;
  }

  get #isOver(): boolean {
    const { readyState } = this.#channel;
    return this.#isEnded || readyState === "closed" || readyState === "closing";
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const isTaken = await this.#write(next.parcel);
      this.#waitingBytes -= next.parcel.bytes;
      next.done(isTaken);
    }
    this.#isPumping = false;
  }

  async #write(parcel: Parcel): Promise<boolean> {
    for (const message of parcel.messages(++this.#values)) {
      while (!this.#hasRoom && !this.#isOver)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      if (this.#isOver) return false;
      try {
        // TypeScript has one overload for each.
        this.#channel.send(message as string);
      } catch {
        return false;
      }
    }
    return true;
  }
}
