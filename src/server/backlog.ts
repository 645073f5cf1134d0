// What a client sends while its connection waits for something (its turn, a token, other nodes), and how much of that
// is kept: of one connection, and of all together.

import type { Limits } from "../core/limits.ts";
import type { Peer } from "../core/peer.ts";

/** What the messages of all connections take that wait, in UTF-16 units. */
export interface Held {
  length: number;
}

/** The largest value of `Held.length`. */
const maxHeld = 33_554_432;

/** What each connection may keep even then: an offer and its candidates. */
const guaranteedLength = 16_384;

/** What a message takes in memory beside its text, in UTF-16 units. */
const overhead = 64;

/** How much of one connection is kept. */
export interface BacklogBounds {
  readonly frames: number;
  /** In UTF-16 units. */
  readonly length: number;
  /** Whether it is kept even where too much is kept of all connections together. */
  readonly isGuaranteed?: boolean;
}

/** A message that was kept. */
interface TakenMessage {
  readonly text: string;
  /** Whether the connection's rates have counted it. */
  readonly isCounted: boolean;
}

/**
 * The bounds for a client whose token waits for keys that are being fetched: the server keeps this much for
 * anybody. With keys at hand a token takes milliseconds, and the first offer may be longer than this.
 */
const boundsBeforeKeys: BacklogBounds = { frames: 64, length: 8192 };

/** What the bounds depend on. */
interface WaitContext {
  readonly limits: Limits;
  readonly maxFrameBytes: number;
  /** Whether keys are being fetched. */
  readonly awaitsKeys: () => boolean;
}

/**
 * Those of what may be sent at once, if it only waits for its turn; of an outbox if not, where a message that finds nothing
 * waiting always fits, too.
 * @param hasBegun whether the conversation has begun
 */
export function boundsOf(
  { isTurn }: Backlog,
  peer: Peer,
  { limits, maxFrameBytes, awaitsKeys }: WaitContext,
  hasBegun: boolean,
): BacklogBounds {
  // A calm one sends little, and must not pay for others, whose messages wait for their turn, too.
  if (isTurn) return { ...peer.burst, isGuaranteed: !peer.isEager };
  if (!hasBegun && peer.pass === undefined && awaitsKeys()) return boundsBeforeKeys;
  const length = Math.max(limits.maxQueuedBytes, maxFrameBytes);
  return { frames: limits.maxQueuedFrames, length };
}

export class Backlog {
  /** Whether the messages only wait for their turn. */
  readonly isTurn: boolean;
  readonly #held: Held;
  /** How many of the first messages the connection's rates have counted. */
  #counted = 0;
  /** Oldest first; those before `#next` are handled. */
  readonly #texts: string[];
  #next = 0;
  /** Of all texts. */
  #length = 0;

  /** @param before what was kept so far, which is kept here from now on */
  constructor(held: Held, isTurn: boolean, before?: Backlog) {
    this.#held = held;
    this.isTurn = isTurn;
    this.#texts = before === undefined ? [] : before.#texts.splice(before.#next);
    if (before === undefined) return;
    this.#counted = before.#counted;
    this.#length = before.#length;
    before.#texts.length = 0;
    before.#forget();
  }

  /** How many are kept. */
  get size(): number {
    return this.#texts.length - this.#next;
  }

  /** @returns false, and keeps nothing, if it would be too much of this connection, or of all of them */
  add(text: string, bounds: BacklogBounds, isCounted: boolean): boolean {
    if (this.size >= bounds.frames || this.#length + text.length > bounds.length) return false;
    const cost = text.length + overhead;
    const isGuaranteed = bounds.isGuaranteed === true || this.#cost + cost <= guaranteedLength;
    if (!isGuaranteed && this.#held.length + cost > maxHeld) return false;
    this.#held.length += cost;
    this.#length += text.length;
    this.#texts.push(text);
    if (isCounted) this.#counted++;
    return true;
  }

  /** Whether what is kept is within the bounds. */
  fits({ frames, length }: BacklogBounds): boolean {
    return this.size <= frames && this.#length <= length;
  }

  /** @returns the oldest message, which is not kept any more, or `undefined` if there is none */
  take(): TakenMessage | undefined {
    const text = this.#texts[this.#next];
    if (text === undefined) return undefined;
    this.#texts[this.#next++] = "";
    this.#length -= text.length;
    this.#held.length -= text.length + overhead;
    const isCounted = this.#counted > 0;
    if (isCounted) this.#counted--;
    return { text, isCounted };
  }

  /** Keeps nothing any more. */
  clear(): void {
    this.#held.length -= this.#cost;
    this.#texts.length = 0;
    this.#forget();
  }

  #forget(): void {
    this.#next = 0;
    this.#length = 0;
    this.#counted = 0;
  }

  get #cost(): number {
    return this.#length + this.size * overhead;
  }
}
