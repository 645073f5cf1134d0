// A peer's bounded send queue. Frames gather until the end of the tick and leave in one write; when the
// socket is backed up they wait here, and one that finds no room is dropped and said to be.
// What a dropped frame means on the wire is the protocol's business.

import { gatherBytes, type Limits } from "./limits.ts";
import type { Tick } from "./tick.ts";
import { OPEN, type Socket } from "./transport.ts";

/** `sent`: leaves by the end of this tick. `queued`: waits for a slow reader. `dropped`: no room. */
export type Delivery = "sent" | "queued" | "dropped";

/** Hears when the outbox's socket stops taking frames, and when nothing waits any more. */
export interface OutboxOwner {
  backedUp(): void;
  relieved(): void;
}

export class Outbox {
  readonly #socket: Socket;
  readonly #tick: Tick;
  readonly #limits: Limits;
  readonly #owner: OutboxOwner;
  /** Frames not yet given to the socket, oldest first; none while idle, which costs no array. */
  #frames: string[] | undefined;
  /** While backed up: bytes of UTF-8 that wait. Before: UTF-16 units gathered in this tick. */
  #size = 0;
  #backedUp = false;

  constructor(socket: Socket, tick: Tick, limits: Limits, owner: OutboxOwner) {
    this.#socket = socket;
    this.#tick = tick;
    this.#limits = limits;
    this.#owner = owner;
  }

  /** Whether the socket has stopped taking frames. */
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

  /** Gives the gathered frames to the socket, in order, until it stops taking them. */
  flush(): void {
    if (this.#backedUp || this.#frames === undefined) return;
    if (this.#socket.readyState !== OPEN) this.#empty();
    // A cork is worth its cost from two frames on.
    else if (this.#frames.length === 1) this.#write(this.#frames);
    else {
      Outbox.#corked = this;
      this.#socket.cork(Outbox.#writeCorked);
    }
  }

  /** The socket holds bytes that its reader leaves unread: from now on frames wait here. */
  backUp(): void {
    if (this.#backedUp) return;
    this.#backedUp = true;
    this.#size = 0;
    for (const frame of this.#frames ?? []) this.#size += Buffer.byteLength(frame);
    this.#owner.backedUp();
  }

  /** The socket has nothing waiting any more: sends on, and tells the owner once all has left. */
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
      result = this.#socket.sendText(frame);
      if (result !== 0) given++;
      if (result <= 0) break;
    }
    const isOpen = this.#socket.readyState === OPEN;
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
