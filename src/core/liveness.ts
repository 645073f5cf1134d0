// Everybody who is connected, and the one sweep that finds out who is still there.
// A peer is alive by its own record of the last frame or pong; there is no timer for each.

import { type Clock, stepMs } from "./clock.ts";
import { closeReasons } from "./close.ts";
import type { Limits } from "./limits.ts";
import type { Peer } from "./peer.ts";

/** Steps in which everybody is visited once: 10,000 pings do not leave in one tick. */
const stepsPerRound = 4;

/** Seconds that a peer has at least to answer a ping. */
const answerSeconds = 0.5;

/** Seconds within which everybody is visited: a step may go to beginning a new round. */
export const roundSeconds = ((stepsPerRound + 1) * stepMs) / 1000;

export class Liveness {
  readonly #limits: Limits;
  readonly #clock: Clock;
  readonly #fault: (thrown: unknown, peer: Peer) => void;
  readonly #all = new Set<Peer>();
  #visiting: Iterator<Peer> = [][Symbol.iterator]();
  /** Visits of a step for a round as this one and the last began: many that end do not slow it down. */
  #perStep = 0;
  #shareAtBegin = 0;

  /** @param fault is told of what the visit of a peer throws; the others are visited all the same */
  constructor(limits: Limits, clock: Clock, fault: (thrown: unknown, peer: Peer) => void) {
    this.#limits = limits;
    this.#clock = clock;
    this.#fault = fault;
    clock.everyStep(() => this.#step());
  }

  get size(): number {
    return this.#all.size;
  }

  has(peer: Peer): boolean {
    return this.#all.has(peer);
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

  /** Visits a part of the peers. A set's iterator goes on over changes of the set. */
  #step(): void {
    const share = Math.ceil(this.#all.size / stepsPerRound);
    for (let left = Math.max(share, this.#perStep); left > 0; left--) {
      const { done, value } = this.#visiting.next();
      if (done === true) this.#beginRound(share);
      else
        try {
          this.#visit(value);
        } catch (thrown) {
          this.#fault(thrown, value);
        }
    }
  }

  #beginRound(share: number): void {
    this.#visiting = this.#all.values();
    this.#perStep = Math.max(share, this.#shareAtBegin);
    this.#shareAtBegin = share;
  }

  #visit(peer: Peer): void {
    const { pingSeconds, silentSeconds, gone } = peer.patience;
    const now = this.#clock.seconds;
    const silence = now - peer.lastSeen;
    if (silence >= silentSeconds && couldAnswer(peer, now)) peer.close(gone);
    // A token ends by the time of day, whether this server was suspended or not.
    else if (peer.pass !== undefined && peer.pass.until <= Date.now())
      peer.close(closeReasons.expired);
    else if (peer.backedUpSince !== undefined) {
      if (now - peer.backedUpSince >= this.#limits.slowPeerSeconds) peer.close(closeReasons.slow);
    } else if (silence >= pingSeconds && now - peer.lastPinged >= pingSeconds) {
      peer.lastPinged = now;
      peer.transport.ping();
    }
  }
}

/** Whether a peer was asked for a sign of life and has had time for it; one that does not read cannot be asked. */
const couldAnswer = ({ lastPinged, lastSeen, backedUpSince }: Peer, now: number): boolean =>
  backedUpSince !== undefined || (lastPinged > lastSeen && now - lastPinged >= answerSeconds);
