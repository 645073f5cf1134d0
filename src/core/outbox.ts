// A peer's bounded send queue. Frames gather until the end of the tick and leave in one write. While the
// transport is backed up they wait here; a frame that does not fit is dropped, and the sender is told.
// What a dropped frame means on the wire is the protocol's business.

import { gatherBytes, type Limits } from "./limits.ts";
import type { Delivery } from "./outcome.ts";
import type { Tick } from "./tick.ts";
import { OPEN, type Transport } from "./transport.ts";

/** Hears when a peer's transport stops taking frames, and when nothing waits any more. */
export interface BackpressureListener {
  backedUp(): void;
  relieved(): void;
}

/** Whose outbox it is. */
export interface OutboxOwner extends BackpressureListener {
  /** A fault of ours while frames were sent: some of them are lost. Must not throw. */
  faulted(thrown: unknown): void;
}

export class Outbox {
  readonly #transport: Transport;
  readonly #tick: Tick;
  readonly #limits: Limits;
  readonly #owner: OutboxOwner;
  /** Frames not yet given to the transport, oldest first; none while idle, which costs no array. */
  #frames: string[] | undefined;
  /** While backed up: bytes of UTF-8 that wait. Before: UTF-16 units gathered in this tick. */
  #size = 0;
  #backedUp = false;

  constructor(transport: Transport, tick: Tick, limits: Limits, owner: OutboxOwner) {
    this.#transport = transport;
    this.#tick = tick;
    this.#limits = limits;
    this.#owner = owner;
  }

  /** Whether the transport has stopped taking frames. */
  get isBackedUp(): boolean {
    return this.#backedUp;
  }

  /** Takes a frame. A backed-up outbox at its bound refuses it: `dropped`. */
  push(frame: string): Delivery {
    if (this.#backedUp) return this.#queue(frame);
    if (this.#frames === undefined) {
      this.#frames = [frame];
      this.#tick.add(this);
    } else this.#frames.push(frame);
    this.#size += frame.length;
    if (this.#size >= gatherBytes) this.flush();
    return "sent";
  }

  /**
   * Gives the gathered frames to the transport, in order, until it stops taking them. Never throws: a fault
   * at one peer is not the sender's, nor that of the peers that are flushed after it.
   */
  flush(): void {
    if (this.#backedUp || this.#frames === undefined) return;
    try {
      if (this.#transport.readyState !== OPEN) this.#empty();
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
  }

  /** The transport holds bytes that its reader leaves unread: from now on frames wait here. */
  backUp(): void {
    if (this.#backedUp) return;
    this.#backedUp = true;
    this.#size = 0;
    for (const frame of this.#frames ?? []) this.#size += Buffer.byteLength(frame);
    this.#owner.backedUp();
  }

  /** Nothing waits in the transport any more: sends on, and tells the owner once all has left. */
  drained(): void {
    if (!this.#backedUp) return;
    this.#backedUp = false;
    this.flush();
    if (!this.#backedUp) this.#owner.relieved();
  }

  #queue(frame: string): Delivery {
    const bytes = Buffer.byteLength(frame);
    if (this.#frames === undefined) this.#frames = [frame];
    else if (
      this.#frames.length < this.#limits.maxQueuedFrames &&
      this.#size + bytes <= this.#limits.maxQueuedBytes
    )
      this.#frames.push(frame);
    else return "dropped";
    this.#size += bytes;
    return "queued";
  }

  #write(frames: readonly string[]): void {
    let given = 0;
    let result = 1;
    for (const frame of frames) {
      result = this.#transport.sendText(frame);
      if (result !== 0) given++;
      if (result <= 0) break;
    }
    const isOpen = this.#transport.readyState === OPEN;
    if (given === frames.length || !isOpen) this.#empty();
    else this.#frames = frames.slice(given);
    if (result <= 0 && isOpen) this.backUp();
  }

  #empty(): void {
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
