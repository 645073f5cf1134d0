// The transport of a peer that may come back on another connection: it counts the frames that were sent, and keeps the
// last of them. While the peer is away there is no connection behind it. Native publishes would pass it by, so its peer
// gets copies.

import { OPEN, type Transport } from "./transport.ts";

/** Frames that are kept at most. */
const maxKeptFrames = 256;

/** Bytes of UTF-8 that are kept at most. */
const maxKeptBytes = 65_536;

interface KeptFrame {
  readonly frame: string;
  readonly bytes: number;
}

export class KeptTransport implements Transport {
  readonly isCounted = true;
  #connection: Transport | undefined;
  /** What was sent last, oldest first. */
  readonly #kept: KeptFrame[] = [];
  #bytes = 0;
  #sent: number;
  #closedAway: () => void = () => undefined;

  /** @param sent frames that were sent before, on other connections */
  constructor(connection: Transport, sent = 0) {
    this.#connection = connection;
    this.#sent = sent;
  }

  /** How many frames were sent, on whichever connection. */
  get sent(): number {
    return this.#sent;
  }

  /** Whether the peer is away. */
  get isDetached(): boolean {
    return this.#connection === undefined;
  }

  get data(): Transport["data"] {
    return this.#connection?.data;
  }

  /** Open while the peer is away: what is for it waits in its outbox. */
  get readyState(): number {
    return this.#connection?.readyState ?? OPEN;
  }

  /** What was sent after the first `received` frames; `undefined` if that is not all kept, or not all was sent. */
  after(received: number): readonly string[] | undefined {
    const missing = this.#sent - received;
    if (!Number.isSafeInteger(received) || missing < 0 || missing > this.#kept.length)
      return undefined;
    return this.#kept.slice(this.#kept.length - missing).map(({ frame }) => frame);
  }

  /**
   * Parts from the connection: the peer is away from now on.
   * @param closed is called if the peer is closed meanwhile
   * @returns the connection, which may still be open
   */
  detach(closed: () => void): Transport | undefined {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#closedAway = closed;
    return connection;
  }

  sendText(frame: string): number {
    const result = this.#connection?.sendText(frame) ?? 0;
    if (result !== 0) this.#keep(frame);
    return result;
  }

  cork(write: () => void): unknown {
    return this.#connection === undefined ? write() : this.#connection.cork(write);
  }

  publishText(channel: string, frame: string): unknown {
    return this.#connection?.publishText(channel, frame);
  }

  subscribe(channel: string): void {
    this.#connection?.subscribe(channel);
  }

  unsubscribe(channel: string): void {
    this.#connection?.unsubscribe(channel);
  }

  getBufferedAmount(): number {
    return this.#connection?.getBufferedAmount() ?? 0;
  }

  ping(): unknown {
    return this.#connection?.ping();
  }

  close(code: number, reason: string): void {
    if (this.#connection === undefined) this.#closedAway();
    else this.#connection.close(code, reason);
  }

  terminate(): void {
    if (this.#connection === undefined) this.#closedAway();
    else this.#connection.terminate();
  }

  #keep(frame: string): void {
    const bytes = Buffer.byteLength(frame);
    this.#sent++;
    this.#kept.push({ frame, bytes });
    this.#bytes += bytes;
    while (this.#kept.length > maxKeptFrames || this.#bytes > maxKeptBytes)
      this.#bytes -= this.#kept.shift()?.bytes ?? 0;
  }
}
