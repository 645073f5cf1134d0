// What a client sends while its connection waits for something (its turn, a token, other nodes), and how much of that
// is kept: of one connection, and of all together.

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
}

/**
 * The bounds for a client whose token waits for keys that are being fetched: the server keeps this much for
 * anybody. With keys at hand a token takes milliseconds, and the first offer may be longer than this.
 */
export const boundsBeforeKeys: BacklogBounds = { frames: 64, length: 8192 };

export class Backlog {
  /** Whether the messages only wait for their turn. */
  readonly isTurn: boolean;
  readonly #held: Held;
  #counted = 0;
  /** Oldest first. */
  readonly #texts: string[] = [];
  /** Of all texts. */
  #length = 0;

  constructor(held: Held, isTurn: boolean) {
    this.#held = held;
    this.isTurn = isTurn;
  }

  /** How many of the first messages the connection's rates have counted. */
  get counted(): number {
    return this.#counted;
  }

  /** @returns false, and keeps nothing, if it would be too much of this connection, or of all of them */
  add(text: string, bounds: BacklogBounds, isCounted: boolean): boolean {
    if (this.#texts.length >= bounds.frames || this.#length + text.length > bounds.length)
      return false;
    const cost = text.length + overhead;
    const isGuaranteed = this.#cost + cost <= guaranteedLength;
    if (!isGuaranteed && this.#held.length + cost > maxHeld) return false;
    this.#held.length += cost;
    this.#length += text.length;
    this.#texts.push(text);
    if (isCounted) this.#counted++;
    return true;
  }

  /** @returns what was kept; from now on nothing is */
  take(): readonly string[] {
    this.#held.length -= this.#cost;
    this.#length = 0;
    return this.#texts.splice(0);
  }

  get #cost(): number {
    return this.#length + this.#texts.length * overhead;
  }
}
