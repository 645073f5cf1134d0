// One connected client as the core sees it: its transport, its outbox, where it is a member, and when it
// last showed a sign of life.

import { type CloseReason, closeReasons } from "./close.ts";
import {
  type BackpressureListener,
  Outbox,
  type OutboxContext,
  type OutboxOwner,
} from "./outbox.ts";
import type { Delivery, FailedOutcome } from "./outcome.ts";
import type { Pass } from "./pass.ts";
import type { Patience, PeerGroup } from "./peer-group.ts";
import type { Rate } from "./rate.ts";
import type { Rights } from "./rights.ts";
import type { Traffic } from "./traffic.ts";
import { OPEN, type Transport } from "./transport.ts";

/** Is told of this peer's relays that failed. */
export interface RelayListener {
  /**
   * A relay has failed, during the call of `Hub.relay` or later, perhaps after the peer has gone.
   * @param reference as it was given to `Hub.relay`
   */
  failed?(reference: string, why: FailedOutcome): void;
}

/** What all peers of a node share. */
export interface PeerContext extends OutboxContext {
  /** What one connection may do: see `Limits.framesPerSecond`. */
  readonly frameRate: Rate;
  readonly byteRate: Rate;
  /** A peer's outbox is backed up. */
  slowed(peer: Peer): void;
  /** Nothing waits in it any more. */
  hastened(peer: Peer): void;
  /** Is told of faults of ours, and of the peer that they hit. Must not throw. */
  readonly fault: (thrown: unknown, peer?: Peer) => void;
}

export class Peer implements OutboxOwner {
  transport: Transport;
  outbox: Outbox;
  readonly group: PeerGroup;
  /** What the hubs keep of it: most peers are in one topic, and that costs no array. */
  #memberships: BackpressureListener | BackpressureListener[] | undefined;
  /** Its side of the protocol, once that has begun. */
  conversation: RelayListener | undefined;
  /** When the last frame or pong came, by the clock. */
  lastSeen: number;
  /** When it was last pinged, by the clock. */
  lastPinged = 0;
  /** `undefined` for a peer that needs no token: it may join anything, and stay. */
  pass: Pass | undefined;
  /** Why the server closed it, if it did. */
  ended: CloseReason | undefined;
  readonly #context: PeerContext;
  /** What it has done, as the rates count. */
  #frames = 0;
  #bytes = 0;

  constructor(transport: Transport, group: PeerGroup, context: PeerContext) {
    this.transport = transport;
    this.outbox = new Outbox(transport, context, this);
    this.group = group;
    this.lastSeen = context.clock.seconds;
    this.#context = context;
  }

  /** Sends through another transport from now on. Nothing may have been sent yet. */
  through(transport: Transport): void {
    this.transport = transport;
    this.outbox = new Outbox(transport, this.#context, this);
  }

  get patience(): Patience {
    return this.group.patience;
  }

  get traffic(): Traffic {
    return this.group.traffic;
  }

  /** Its memberships, oldest first. */
  get memberships(): readonly BackpressureListener[] {
    const kept = this.#memberships;
    if (kept === undefined) return [];
    return Array.isArray(kept) ? kept : [kept];
  }

  /** It has become a member of a topic. */
  remember(membership: BackpressureListener): void {
    if (this.#memberships === undefined) this.#memberships = membership;
    else if (Array.isArray(this.#memberships)) this.#memberships.push(membership);
    else this.#memberships = [this.#memberships, membership];
  }

  /** One of its memberships is over, or goes on with another peer. */
  forget(membership: BackpressureListener): void {
    const kept = this.#memberships;
    if (Array.isArray(kept)) kept.splice(kept.indexOf(membership), 1);
    else if (kept === membership) this.#memberships = undefined;
  }

  /** The number of its connection in the log. */
  get connection(): number | undefined {
    return this.transport.data?.number;
  }

  /** Since when its outbox is backed up, by the clock. */
  get backedUpSince(): number | undefined {
    return this.outbox.backedUpSince;
  }

  get isOpen(): boolean {
    return this.transport.readyState === OPEN;
  }

  /** Whether its token lets it into a topic, whatever the topic's protocol. */
  mayJoin(topic: string): boolean {
    return this.pass?.mayJoin(topic) ?? true;
  }

  /** What it may send, and to whom; everything if `undefined`. */
  get rights(): Rights | undefined {
    return this.pass?.rights;
  }

  /** Whether frames wait that its transport has not taken, or that the kernel has not. */
  get isBehind(): boolean {
    return this.outbox.isBackedUp || this.transport.getBufferedAmount() > 0;
  }

  /** A frame or a pong came. */
  seen(): void {
    this.lastSeen = this.#context.clock.seconds;
  }

  /** Counts a frame that came. @returns false, and counts nothing, if its rates do not allow it */
  spend(bytes: number): boolean {
    const { frameRate, byteRate } = this.#context;
    const frames = frameRate.after(this.#frames, 1);
    const total = byteRate.after(this.#bytes, bytes);
    if (!frameRate.allows(frames) || !byteRate.allows(total)) return false;
    this.#frames = frames;
    this.#bytes = total;
    return true;
  }

  /** Counts copies that are delivered because of a frame of this peer. */
  charge(copies: number): void {
    this.#frames = this.#context.frameRate.after(this.#frames, copies);
  }

  /** What it may send at once after a rest; with more than that waiting, its rates allow nothing anyway. */
  get burst(): { readonly frames: number; readonly length: number } {
    const { frameRate, byteRate } = this.#context;
    return { frames: frameRate.burst, length: byteRate.burst };
  }

  /** Whether it sends far more than its share just now, though it may. */
  get isEager(): boolean {
    const { frameRate, byteRate } = this.#context;
    return frameRate.isEager(this.#frames) || byteRate.isEager(this.#bytes);
  }

  /** Sends a frame of the server's own to this peer alone. */
  send(frame: string): Delivery {
    return this.outbox.push(frame);
  }

  /** Sends what has gathered, then a Close frame. Does nothing once the transport is closed. */
  close(why: CloseReason): void {
    if (!this.isOpen) return;
    this.outbox.flush();
    // A fault during the flush has closed it.
    if (!this.isOpen) return;
    this.ended = why;
    this.transport.close(why.code, why.reason);
  }

  /** Ends it at once: it has not read for so long that a Close frame would not get through. */
  cut(why: CloseReason): void {
    if (!this.isOpen) return;
    this.ended = why;
    this.transport.terminate();
  }

  backedUp(): void {
    this.#context.slowed(this);
    for (const membership of this.memberships) membership.backedUp();
  }

  relieved(): void {
    this.#context.hastened(this);
    try {
      for (const membership of this.memberships) membership.relieved();
    } catch (thrown) {
      this.faulted(thrown);
    }
  }

  /** Frames to this peer are lost, and it cannot know which: it has to connect again. */
  faulted(thrown: unknown): void {
    this.#context.fault(thrown, this);
    try {
      this.ended ??= closeReasons.fault;
      this.transport.close(closeReasons.fault.code, closeReasons.fault.reason);
    } catch (again) {
      this.#context.fault(again, this);
    }
  }
}
