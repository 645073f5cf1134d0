// Who has how much in the waiting room, and who gives way when it is full. Each caller has a share that nobody
// can take from it. Beyond their shares all use one common room, and whoever uses most of it gives way.

import type { Peer } from "../../core/peer.ts";

/** One sender and one missing id, as long as a message of the one waits for the other. */
export interface Pair {
  /** The sender's id, and its connection when the message came. */
  readonly sender: string;
  readonly peer: Peer;
  readonly missing: string;
}

/** What waits of one caller for one missing id. */
export interface Call extends Pair {
  readonly caller: Caller;
  /** How many messages. */
  count: number;
  /** What they count for. */
  bytes: number;
  /** Whether a message of it has expired, and its sender was told. */
  isTold: boolean;
}

/** Somebody who calls missing ids. */
export interface Caller {
  /** What all of its messages count for. */
  bytes: number;
  /** Whether it is connected: who has gone has no share. */
  isHere: boolean;
  /** Oldest first. */
  readonly calls: Set<Call>;
}

/**
 * Who counts as one caller. Not the id, which clients choose: one that gives up an id and takes another would
 * have two shares.
 */
const keyOf = (peer: Peer): object => peer;

/** Ranks of what a caller has beyond its share: by the number of bits, so that it is exact to a factor of 2. */
const ranks = 32;

export class Callers {
  readonly #share: number;
  readonly #all = new Map<object, Caller>();
  readonly #byRank: readonly Set<Caller>[] = Array.from({ length: ranks }, () => new Set());
  #common = 0;

  /** @param share what is always there for a caller that is connected */
  constructor(share: number) {
    this.#share = share;
  }

  /** What all callers use of the common room. */
  get common(): number {
    return this.#common;
  }

  /** Who calls by this connection. A new caller is kept once a message of it waits. */
  of(peer: Peer): Caller {
    return this.#all.get(keyOf(peer)) ?? { bytes: 0, isHere: peer.isOpen, calls: new Set() };
  }

  /** What a caller uses of the common room. @param more what it would have in addition */
  beyondShare({ bytes, isHere }: Caller, more = 0): number {
    return isHere ? Math.max(0, bytes + more - this.#share) : bytes + more;
  }

  /** Adds to a call, or takes something of it away. */
  change(call: Call, count: number, bytes: number): void {
    const { caller } = call;
    this.#recount(caller, () => {
      call.count += count;
      call.bytes += bytes;
      caller.bytes += bytes;
    });
    if (call.count > 0) caller.calls.add(call);
    else caller.calls.delete(call);
    if (caller.calls.size > 0) this.#all.set(keyOf(call.peer), caller);
    else this.#all.delete(keyOf(call.peer));
  }

  /** A connection has ended: what waits of it stays, and has no share any more. */
  left(peer: Peer): void {
    const caller = this.#all.get(keyOf(peer));
    if (caller === undefined) return;
    this.#recount(caller, () => {
      caller.isHere = false;
    });
  }

  /**
   * Whoever gives way to a caller that needs more of the common room: one of those who use most of it.
   * @returns `undefined` if nobody uses more of it than the caller then would
   */
  largest(caller?: Caller, more = 0): Caller | undefined {
    for (let rank = ranks - 1; rank > 0; rank--)
      for (const other of this.#byRank[rank] ?? []) {
        if (other === caller) continue;
        const least = caller === undefined ? 0 : this.beyondShare(caller, more);
        return this.beyondShare(other) > least ? other : undefined;
      }
    return undefined;
  }

  #recount(caller: Caller, change: () => void): void {
    const before = this.beyondShare(caller);
    change();
    const after = this.beyondShare(caller);
    this.#common += after - before;
    const [was, is] = [rankOf(before), rankOf(after)];
    if (was === is) return;
    this.#byRank[was]?.delete(caller);
    // Rank 0 uses nothing.
    if (is > 0) this.#byRank[is]?.add(caller);
  }
}

const rankOf = (bytes: number): number => ranks - Math.clz32(bytes);
