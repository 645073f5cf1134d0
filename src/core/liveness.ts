// Everybody who is connected, and the one sweep that finds out who is still there.
// A peer is alive by its own record of the last frame or pong; there is no timer for each.

import { closeReasons } from "./close.ts";
import type { Limits } from "./limits.ts";
import type { Clock, Peer } from "./peer.ts";

/** Milliseconds between two steps of the sweep. */
export const stepMs = 250;

/** Steps in which everybody is visited once: 10,000 pings do not leave in one tick. */
const stepsPerRound = 8;

/** Seconds within which everybody is visited: a step may go to beginning a new round. */
export const roundSeconds = ((stepsPerRound + 1) * stepMs) / 1000;

export class Peers implements Clock {
  readonly #limits: Limits;
  readonly #all = new Set<Peer>();
  #visiting: Iterator<Peer> = [][Symbol.iterator]();
  readonly #chores: (() => void)[] = [];
  /** Visits of a step for a round as this one and the last began: many that end do not slow it down. */
  #perStep = 0;
  #shareAtBegin = 0;
  #steps = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Counted in steps of the sweep, so that a server that was suspended takes nobody for silent. */
  get seconds(): number {
    return (this.#steps * stepMs) / 1000;
  }

  get size(): number {
    return this.#all.size;
  }

  add(peer: Peer): void {
    this.#all.add(peer);
  }

  delete(peer: Peer): void {
    this.#all.delete(peer);
  }

  [Symbol.iterator](): Iterator<Peer> {
    return this.#all.values();
  }

  /** Has `run` called at every step, for what else passes with time. */
  everyStep(run: () => void): void {
    this.#chores.push(run);
  }

  /** Sweeps until the returned function is called. */
  start(): () => void {
    const timer = setInterval(() => this.step(), stepMs);
    return () => clearInterval(timer);
  }

  /** One step: a part of the peers is visited. A set's iterator goes on over changes of the set. */
  step(): void {
    this.#steps++;
    const share = Math.ceil(this.#all.size / stepsPerRound);
    for (let left = Math.max(share, this.#perStep); left > 0; left--) {
      const { done, value } = this.#visiting.next();
      if (done !== true) this.#visit(value);
      else this.#beginRound(share);
    }
    for (const run of this.#chores) run();
  }

  #beginRound(share: number): void {
    this.#visiting = this.#all.values();
    this.#perStep = Math.max(share, this.#shareAtBegin);
    this.#shareAtBegin = share;
  }

  #visit(peer: Peer): void {
    const { pingSeconds, silentSeconds, gone } = peer.patience;
    const now = this.seconds;
    const silence = now - peer.lastSeen;
    if (silence >= silentSeconds) peer.close(gone);
    // A token ends by the time of day, whether this server was suspended or not.
    else if (peer.pass !== undefined && peer.pass.until <= Date.now())
      peer.close(closeReasons.expired);
    else if (peer.backedUpSince !== undefined) {
      if (now - peer.backedUpSince >= this.#limits.slowPeerSeconds) peer.close(closeReasons.slow);
    } else if (silence >= pingSeconds && now - peer.lastPinged >= pingSeconds) {
      peer.lastPinged = now;
      peer.socket.ping();
    }
  }
}
