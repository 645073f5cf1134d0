// A peer's bounded send queue. Frames gather until the end of the tick and leave in one write. While the
// transport is backed up they wait here; a frame that does not fit is dropped, and the sender is told.
// What a dropped frame means on the wire is the protocol's business.

import type { Clock } from "./clock.ts";
import { gatherBytes, guaranteedQueueBytes, type Limits } from "./limits.ts";
import type { Delivery } from "./outcome.ts";
import type { Tick } from "./tick.ts";
import type { Traffic } from "./traffic.ts";
import { OPEN, type Transport } from "./transport.ts";

/** Hears when a peer's transport stops taking frames, and when nothing waits any more. */
export interface BackpressureListener {
  backedUp(): void;
  relieved(): void;
}

/** Whose outbox it is. */
export interface OutboxOwner extends BackpressureListener {
  /** Counts what the transport takes. */
  readonly traffic: Traffic;
  /** A fault of ours while frames were sent: some of them are lost. Must not throw. */
  faulted(thrown: unknown): void;
}

/** What all outboxes of a node share. */
export interface OutboxContext {
  readonly tick: Tick;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Bytes of UTF-8 that wait in all of them. */
  readonly waiting: { bytes: number };
}

export class Outbox {
  readonly #transport: Transport;
  readonly #context: OutboxContext;
  readonly #owner: OutboxOwner;
  /** Frames not yet given to the transport, oldest first; none while idle, which costs no array. */
  #frames: string[] | undefined;
  /** While backed up: bytes of UTF-8 that wait, which all share. Before: UTF-16 units gathered in this tick. */
  #size = 0;
  /** Since when the transport has not been taking frames, by the clock. */
  #backedUpSince: number | undefined;

  constructor(transport: Transport, context: OutboxContext, owner: OutboxOwner) {
    this.#transport = transport;
    this.#context = context;
    this.#owner = owner;
  }

  /** Whether the transport has stopped taking frames. */
  get isBackedUp(): boolean {
    return this.#backedUpSince !== undefined;
  }

  /** Since when, by the clock. */
  get backedUpSince(): number | undefined {
    return this.#backedUpSince;
  }

  /** Whether no frame waits here. */
  get isEmpty(): boolean {
    return this.#frames === undefined;
  }

  /** Frames that wait while it is backed up. */
  get waitingFrames(): number {
    return this.isBackedUp ? (this.#frames?.length ?? 0) : 0;
  }

  /** Takes a frame. A backed-up outbox at its bound refuses it: `dropped`. */
  push(frame: string): Delivery {
    if (this.isBackedUp) return this.#queue(frame);
    if (this.#frames === undefined) {
      this.#frames = [frame];
      this.#context.tick.add(this);
    } else this.#frames.push(frame);
    this.#size += frame.length;
    if (this.#size >= gatherBytes) this.flush();
    return "sent";
  }

  /**
   * Gives the gathered frames to the transport, in order, until it stops taking them. Never throws: a fault
   * at one peer is not the sender's, nor that of the peers that are flushed after it.
   * @returns UTF-16 units that had gathered
   */
  flush(): number {
    if (this.isBackedUp || this.#frames === undefined) return 0;
    const length = this.#size;
    try {
      if (this.#transport.readyState !== OPEN) this.#closed();
      // A cork is worth its cost from two frames on.
      else if (this.#frames.length === 1) this.#write(this.#frames);
      else {
        Outbox.#corked = this;
        this.#transport.cork(Outbox.#writeCorked);
      }
    } catch (thrown) {
      this.#empty();
      this.#owner.faulted(thrown);
    }
    return length;
  }

  /** The transport holds bytes that its reader leaves unread: from now on frames wait here. */
  backUp(): void {
    if (this.isBackedUp) return;
    this.#backedUpSince = this.#context.clock.seconds;
    this.#size = 0;
    for (const frame of this.#frames ?? []) this.#count(Buffer.byteLength(frame));
    this.#owner.backedUp();
  }

  /** Bytes of UTF-8 that wait, once it is backed up. */
  get waitingBytes(): number {
    return this.isBackedUp ? this.#size : 0;
  }

  /** Takes what waits out of it, oldest first. */
  takeAll(): readonly string[] {
    const frames = this.#frames ?? [];
    this.#empty();
    return frames;
  }

  /** Sends frames that have waited in another outbox, within the bounds of that one. */
  putAll(frames: readonly string[]): void {
    for (const frame of frames) {
      if (this.isBackedUp) this.#add(frame, Buffer.byteLength(frame));
      else this.push(frame);
    }
  }

  /** Nothing waits in the transport any more: sends on, and tells the owner once all has left. */
  drained(): void {
    if (!this.isBackedUp) return;
    this.#context.waiting.bytes -= this.#size;
    this.#backedUpSince = undefined;
    this.flush();
    if (!this.isBackedUp) this.#owner.relieved();
  }

  /** Its peer has gone, and what waits is given up. */
  end(): void {
    this.#empty();
  }

  #queue(frame: string): Delivery {
    const bytes = Buffer.byteLength(frame);
    if (!this.#hasRoom(bytes)) return "dropped";
    this.#add(frame, bytes);
    return "queued";
  }

  #hasRoom(bytes: number): boolean {
    if (this.#frames === undefined) return true;
    const { limits, waiting } = this.#context;
    const size = this.#size + bytes;
    if (this.#frames.length >= limits.maxQueuedFrames || size > limits.maxQueuedBytes) return false;
    return size <= guaranteedQueueBytes || waiting.bytes + bytes <= limits.maxAllQueuedBytes;
  }

  #add(frame: string, bytes: number): void {
    if (this.#frames === undefined) this.#frames = [frame];
    else this.#frames.push(frame);
    this.#count(bytes);
  }

  /** While it is backed up. What comes once its peer has gone is never given back, and does not count. */
  #count(bytes: number): void {
    if (this.#transport.readyState !== OPEN && this.#transport.isCounted !== true) return;
    this.#size += bytes;
    this.#context.waiting.bytes += bytes;
  }

  #write(frames: readonly string[]): void {
    let given = 0;
    let bytes = 0;
    let result = 1;
    for (const frame of frames) {
      result = this.#transport.sendText(frame);
      if (result === 0) break;
      given++;
      bytes += result > 0 ? result : Buffer.byteLength(frame);
      if (result < 0) break;
    }
    const { traffic } = this.#owner;
    traffic.framesSent += given;
    traffic.bytesSent += bytes;
    if (given === frames.length) this.#empty();
    else this.#frames = frames.slice(given);
    if (this.#transport.readyState !== OPEN) this.#closed();
    else if (result <= 0) this.backUp();
  }

  /** What is left waits for a peer that may come back, and is given up for any other. */
  #closed(): void {
    if (this.#transport.isCounted === true) this.backUp();
    else this.#empty();
  }

  #empty(): void {
    if (this.isBackedUp) this.#context.waiting.bytes -= this.#size;
    this.#frames = undefined;
    this.#size = 0;
  }

  /** `cork` runs its callback at once, so that one callback serves all outboxes. */
  static #corked: Outbox | undefined;
  static readonly #writeCorked = (): void => {
    const outbox = Outbox.#corked;
    if (outbox !== undefined) outbox.#write(outbox.#frames ?? []);
  };
}
