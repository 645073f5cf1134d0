// A fake of Bun's server socket, by what was measured on Bun 1.4.4; test/core/transport.test.ts holds both to
// the same contract. Its reader reads at once, until it is told to stall.

import { OPEN, type Transport } from "../../src/core/transport.ts";
import { FakeBroker, type Subscriber } from "./fake-broker.ts";

/** Messages that Bun holds back for a subscriber within one batch of publishes. */
const batchLimit = 32;

/** Bytes that a cork gathers; a send that fits is reported as taken, whatever becomes of it. */
const corkBytes = 16_384;

/** `Transport.readyState` from the close handler on. */
const CLOSED = 3;

export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
}

/** The end of a socket that was closed for a reason. */
export const endBy = ({ code, reason }: SocketEnd): SocketEnd => ({ code, reason });

export class FakeSocket implements Transport, Subscriber {
  readyState: number = OPEN;
  onDrain: () => void = () => undefined;
  onClose: (end: SocketEnd) => void = () => undefined;
  /** What the reader has read, in order. */
  readonly received: string[] = [];
  /** What was sent or published to it and taken, in program order, read or not. */
  readonly taken: string[] = [];
  /** What was published beyond the limit: Bun loses it and tells nobody. */
  readonly lost: string[] = [];
  /** Sends that were not taken. */
  refusals = 0;
  /** Corks, and sends outside of one. */
  writes = 0;
  pings = 0;
  /** How it was closed. */
  end: SocketEnd | undefined;
  readonly #broker: FakeBroker;
  readonly #limitBytes: number;
  /** Bytes that the kernel still takes; no end of them while the reader reads. */
  #room = Number.POSITIVE_INFINITY;
  /** In the kernel, unread. */
  #kernel: string[] = [];
  /** In the socket, as the kernel has no room. */
  #buffer: string[] = [];
  #bufferedBytes = 0;
  /** Published, and not yet in the socket. */
  #batch: string[] = [];
  /** Sent within a cork, and not yet in the kernel or the buffer. */
  #cork: string[] | undefined;
  #corkedBytes = 0;

  /** @param limitBytes Bun's `backpressureLimit` */
  constructor(broker: FakeBroker = new FakeBroker(), limitBytes = 1_048_576) {
    this.#broker = broker;
    this.#limitBytes = limitBytes;
  }

  // What the server does.

  sendText(frame: string): number {
    this.handOn();
    if (this.#cork === undefined) this.writes++;
    if (this.readyState !== OPEN || frame === "" || this.#bufferedBytes > this.#limitBytes) {
      this.refusals++;
      return 0;
    }
    this.taken.push(frame);
    return this.#cork !== undefined && this.#buffer.length === 0
      ? this.#gather(frame, this.#cork)
      : this.#write(frame);
  }

  cork(write: () => void): void {
    this.writes++;
    this.#cork = [];
    write();
    this.#uncork();
    this.#cork = undefined;
  }

  publishText(channel: string, frame: string): void {
    if (this.readyState === OPEN) this.#broker.publish(channel, frame, this);
  }

  subscribe(channel: string): void {
    if (this.readyState === OPEN) this.#broker.subscribe(channel, this);
  }

  unsubscribe(channel: string): void {
    this.handOn();
    this.#broker.unsubscribe(channel, this);
  }

  getBufferedAmount(): number {
    return this.#bufferedBytes;
  }

  ping(): void {
    this.pings++;
  }

  /** What waits in the socket still reaches a reader that reads on. */
  close(code: number, reason: string): void {
    if (this.readyState !== OPEN) return;
    this.handOn();
    this.#closed({ code, reason });
  }

  /** What waits in the socket is lost. */
  terminate(): void {
    this.hangUp();
  }

  // What the broker does.

  hear(frame: string): void {
    this.taken.push(frame);
    this.#batch.push(frame);
    if (this.#batch.length === batchLimit) this.handOn();
  }

  handOn(): void {
    if (this.#batch.length === 0) return;
    for (const frame of this.#batch.splice(0))
      if (this.#bufferedBytes > this.#limitBytes) this.lost.push(frame);
      else this.#write(frame);
  }

  // What the client does.

  /** Stops reading; the kernel takes `room` bytes more. */
  stall(room = 0): void {
    this.#room = room;
  }

  /** Reads some of what waits, and then nothing again. */
  readSome(count: number): void {
    const hasWaited = this.#buffer.length > 0;
    for (let left = count; left > 0; left--) {
      const frame = this.#kernel.shift() ?? this.#unbuffer();
      if (frame === undefined) break;
      this.received.push(frame);
    }
    if (hasWaited && this.#buffer.length === 0 && this.readyState === OPEN) this.onDrain();
  }

  /** Reads all that waits and goes on reading, or stalls again after `room` bytes more. */
  read(room = Number.POSITIVE_INFINITY): void {
    this.#room = room;
    this.readSome(this.#kernel.length + this.#buffer.length);
  }

  /** Goes away, or the line breaks; nothing that waits is read any more. */
  hangUp(code = 1006, reason = ""): void {
    if (this.readyState !== OPEN) return;
    this.#batch = [];
    this.#kernel = [];
    this.#buffer = [];
    this.#bufferedBytes = 0;
    this.#closed({ code, reason });
  }

  /** Bun reports the end during the call, with the subscriptions gone; no drain comes after it. */
  #closed(end: SocketEnd): void {
    this.readyState = CLOSED;
    this.end = end;
    this.#broker.drop(this);
    this.onClose(end);
  }

  #gather(frame: string, cork: string[]): number {
    const bytes = Buffer.byteLength(frame);
    if (this.#corkedBytes + bytes > corkBytes) {
      this.#uncork();
      return this.#write(frame);
    }
    cork.push(frame);
    this.#corkedBytes += bytes;
    return bytes;
  }

  #uncork(): void {
    this.#corkedBytes = 0;
    for (const frame of this.#cork?.splice(0) ?? []) this.#write(frame);
  }

  #write(frame: string): number {
    const bytes = Buffer.byteLength(frame);
    if (this.#buffer.length > 0 || bytes > this.#room) {
      this.#buffer.push(frame);
      this.#bufferedBytes += bytes;
      return -1;
    }
    this.#room -= bytes;
    if (this.#room === Number.POSITIVE_INFINITY) this.received.push(frame);
    else this.#kernel.push(frame);
    return bytes;
  }

  #unbuffer(): string | undefined {
    const frame = this.#buffer.shift();
    if (frame !== undefined) this.#bufferedBytes -= Buffer.byteLength(frame);
    return frame;
  }
}
