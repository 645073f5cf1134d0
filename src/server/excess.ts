// Counts what a connection sends beyond its rates, which is not relayed. A connection that keeps sending ten times what
// it may is closed, and one that sends far more in an instant at once: what has arrived is all read before anybody else
// is served. Only connections that were too fast have one of these.

import type { Clock } from "../core/clock.ts";
import { closeReasons } from "../core/close.ts";
import type { Limits } from "../core/limits.ts";
import type { Peer } from "../core/peer.ts";
import type { Conversation } from "../protocols/protocol.ts";

/** A message, one that has waited, or a ping or pong. */
export type MessageKind = "new" | "kept" | "control";

/** How much beyond its rates is borne. */
interface Tolerance {
  /** What is sent within so many seconds counts together; 0 for one step of the clock. */
  readonly windowSeconds: number;
  /** Seconds' worth of its rates. */
  readonly worth: number;
}

/** Ten times its rates for three seconds, and in a step of the clock, a quarter of a second, twenty times. */
const tolerances: readonly Tolerance[] = [
  { windowSeconds: 3, worth: 30 },
  { windowSeconds: 0, worth: 5 },
];

/** The client is told to send again after so many seconds, and is not told again before. */
const retrySeconds = 1;

/** What was sent in one window. */
interface Sent {
  since: number;
  frames: number;
  bytes: number;
}

export class Excess {
  readonly #clock: Clock;
  readonly #limits: Limits;
  /** For each tolerance. */
  readonly #sent: readonly (readonly [Tolerance, Sent])[];
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#sent = tolerances.map((each) => [each, { since: clock.seconds, frames: 0, bytes: 0 }]);
  }

  /** Counts a message that was too much, and tells the client or closes its connection. */
  refuse(
    bytes: number,
    kind: MessageKind,
    peer: Peer,
    conversation: Conversation | undefined,
  ): void {
    peer.traffic.framesRefused++;
    const what = this.count(bytes, kind === "kept");
    if (what === "close") peer.close(closeReasons.tooFast);
    else if (what === "tell") conversation?.tooFast?.(retrySeconds);
  }

  /**
   * @param hasWaited whether the message was kept before: many of those may be handled in one instant
   * @returns what to do about a message that was too much
   */
  count(bytes: number, hasWaited = false): "close" | "tell" | "ignore" {
    const now = this.#clock.seconds;
    for (const [tolerance, sent] of this.#sent)
      if (!(hasWaited && tolerance.windowSeconds === 0))
        if (this.#isFlood(tolerance, sent, now, bytes)) return "close";
    if (now - this.#toldAt < retrySeconds) return "ignore";
    this.#toldAt = now;
    return "tell";
  }

  #isFlood({ windowSeconds, worth }: Tolerance, sent: Sent, now: number, bytes: number): boolean {
    if (now - sent.since > windowSeconds) {
      sent.since = now;
      sent.frames = 0;
      sent.bytes = 0;
    }
    sent.frames++;
    sent.bytes += bytes;
    const { framesPerSecond, bytesPerSecond } = this.#limits;
    return (
      isOver(sent.frames, framesPerSecond * worth) || isOver(sent.bytes, bytesPerSecond * worth)
    );
  }
}

/** @param most 0 for no limit */
const isOver = (count: number, most: number): boolean => most > 0 && count > most;
