// Counts what a connection sends beyond its rates, which is not relayed. A connection that keeps sending ten times what
// it may is closed. Only connections that were too fast have one of these.

import type { Clock } from "../core/clock.ts";
import { closeReasons } from "../core/close.ts";
import type { Limits } from "../core/limits.ts";
import type { Peer } from "../core/peer.ts";
import type { Conversation } from "../protocols/protocol.ts";

/** What is sent within so many seconds counts together. */
const windowSeconds = 3;

/** How many times its rates a connection may send in that time without being closed. */
const toleratedFactor = 10;

/** The client is told to send again after so many seconds, and is not told again before. */
const retrySeconds = 1;

export class Excess {
  readonly #clock: Clock;
  readonly #limits: Limits;
  #since: number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #frames = 0;
  #bytes = 0;

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#since = clock.seconds;
  }

  /** Counts a message that was too much, and tells the client or closes its connection. */
  refuse(bytes: number, peer: Peer, conversation: Conversation | undefined): void {
    peer.traffic.framesRefused++;
    const what = this.count(bytes);
    if (what === "close") peer.close(closeReasons.tooFast);
    else if (what === "tell") conversation?.tooFast?.(retrySeconds);
  }

  /** @returns what to do about a message that was too much */
  count(bytes: number): "close" | "tell" | "ignore" {
    const now = this.#clock.seconds;
    if (now - this.#since > windowSeconds) {
      this.#since = now;
      this.#frames = 0;
      this.#bytes = 0;
    }
    this.#frames++;
    this.#bytes += bytes;
    const { framesPerSecond, bytesPerSecond } = this.#limits;
    if (isFlood(this.#frames, framesPerSecond) || isFlood(this.#bytes, bytesPerSecond))
      return "close";
    if (now - this.#toldAt < retrySeconds) return "ignore";
    this.#toldAt = now;
    return "tell";
  }
}

const isFlood = (sent: number, perSecond: number): boolean =>
  perSecond > 0 && sent > perSecond * toleratedFactor * windowSeconds;
