// What a client sends while its connection waits for something, and how much of that is kept.

/** Messages that are kept, oldest first. */
export interface Backlog {
  readonly texts: string[];
  /** Of all of them, in UTF-16 units. */
  length: number;
  /** Whether they only wait for their turn. Then the rates of the connection bound their number. */
  readonly isTurn: boolean;
}

/** The largest value of `ConnectionContext.held`. */
export const maxHeld = 67_108_864;

export const newBacklog = (isTurn: boolean): Backlog => ({ texts: [], length: 0, isTurn });

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

export const isOverfull = ({ texts, length }: Backlog, bounds: BacklogBounds): boolean =>
  texts.length === bounds.frames || length > bounds.length;
