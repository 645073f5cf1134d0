// One connected client as the core sees it: its socket, its outbox, where it is a member, and when it
// last showed a sign of life.

import type { CloseReason } from "./close.ts";
import type { Limits } from "./limits.ts";
import { type Delivery, Outbox, type OutboxOwner } from "./outbox.ts";
import type { Tick } from "./tick.ts";
import { OPEN, type Socket } from "./transport.ts";

/** A peer's place in one topic, as far as the state of its outbox matters there. */
export type Place = OutboxOwner;

/** How long a protocol waits for a sign of life, in seconds, and what it then says. */
export interface Patience {
  /** Silence after which the peer is pinged, and again as long after that. */
  readonly pingSeconds: number;
  /** Silence after which the peer is closed. */
  readonly silentSeconds: number;
  readonly gone: CloseReason;
}

/** Seconds that this server has been running: time in which it was suspended does not count. */
export interface Clock {
  readonly seconds: number;
}

/** What a peer's token lets it do, and for how long. */
export interface Pass {
  /** Milliseconds since 1970. */
  readonly until: number;
  mayJoin(topic: string): boolean;
}

export class Peer implements OutboxOwner {
  readonly socket: Socket;
  readonly outbox: Outbox;
  readonly patience: Patience;
  /** Where this peer is a member; the hub keeps it. */
  readonly places: Place[] = [];
  /** When the last frame or pong came, by the clock. */
  lastSeen: number;
  /** When it was last pinged, by the clock. */
  lastPinged = 0;
  /** Since when its outbox is backed up, by the clock. */
  backedUpSince: number | undefined;
  /** None for a peer that needs no token: it may join anything, and stay. */
  pass: Pass | undefined;
  /** Why the server closed it, if it did. */
  ended: CloseReason | undefined;
  readonly #clock: Clock;

  constructor(socket: Socket, tick: Tick, limits: Limits, clock: Clock, patience: Patience) {
    this.socket = socket;
    this.outbox = new Outbox(socket, tick, limits, this);
    this.patience = patience;
    this.lastSeen = clock.seconds;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.socket.readyState === OPEN;
  }

  /** Whether its token lets it into a topic, whatever the topic's protocol. */
  mayJoin(topic: string): boolean {
    return this.pass?.mayJoin(topic) ?? true;
  }

  /** Whether frames wait that its socket has not taken, or that the kernel has not. */
  get isBehind(): boolean {
    return this.outbox.isBackedUp || this.socket.getBufferedAmount() > 0;
  }

  /** A frame or a pong came. */
  seen(): void {
    this.lastSeen = this.#clock.seconds;
  }

  /** Sends a frame of the server's own to this peer alone. */
  send(frame: string): Delivery {
    return this.outbox.push(frame);
  }

  /** Sends what has gathered, then a Close frame. Does nothing once the socket is closed. */
  close(why: CloseReason): void {
    if (!this.isOpen) return;
    this.outbox.flush();
    this.ended = why;
    this.socket.close(why.code, why.reason);
  }

  backedUp(): void {
    this.backedUpSince = this.#clock.seconds;
    for (const place of this.places) place.backedUp();
  }

  relieved(): void {
    this.backedUpSince = undefined;
    for (const place of this.places) place.relieved();
  }
}
