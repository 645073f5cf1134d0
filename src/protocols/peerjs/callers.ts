// How much of the waiting room each caller uses, and who gives way when it is full. Each caller has a share that
// nobody can take from it. What it uses beyond its share is in a common room, where whoever uses most gives way.

import type { Peer } from "../../core/peer.ts";

/** A sender and a missing id that it has sent messages to. */
export interface Pair {
  /** The id of the sender. `peer` is its connection when the message came. */
  readonly sender: string;
  readonly peer: Peer;
  readonly missing: string;
}

/** The messages of one caller that wait for one missing id. */
export interface Call extends Pair {
  readonly caller: Caller;
  /** How many messages wait. */
  count: number;
  /** What they count for, in bytes. */
  bytes: number;
  /** Whether its sender was told that a message will not arrive. */
  isTold: boolean;
}

/** Somebody whose messages wait. */
export interface Caller {
  /** What all of its messages count for, in bytes. */
  bytes: number;
  /** Whether it is connected. If not, it has no share. */
  isHere: boolean;
  /** Oldest first. */
  readonly calls: Set<Call>;
}

/**
 * What makes a caller: its connection. Clients choose their ids, so a client that gives up an id and takes another
 * one would have two shares.
 */
const keyOf = (peer: Peer): object => peer;

/**
 * Callers are ranked by the number of bits in what they use beyond their share. So the largest is found at once, and
 * is exact to a factor of 2.
 */
const ranks = 32;

export class Callers {
  readonly #share: number;
  readonly #all = new Map<object, Caller>();
  readonly #byRank: readonly Set<Caller>[] = Array.from({ length: ranks }, () => new Set());
  #common = 0;

  /** @param share bytes that a connected caller may always use */
  constructor(share: number) {
    this.#share = share;
  }

  /** What all callers use beyond their shares, in bytes. */
  get common(): number {
    return this.#common;
  }

  /** The caller with this connection. A new one is kept when its first message waits. */
  of(peer: Peer): Caller {
    return this.#all.get(keyOf(peer)) ?? { bytes: 0, isHere: peer.isOpen, calls: new Set() };
  }

  /** What a caller uses beyond its share, in bytes. @param more bytes that it would use in addition */
  beyondShare({ bytes, isHere }: Caller, more = 0): number {
    return isHere ? Math.max(0, bytes + more - this.#share) : bytes + more;
  }

  /** Adds messages to a call, or with negative numbers takes some away. */
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

  /** A connection has ended. Its messages stay, but it has no share any more. */
  left(peer: Peer): void {
    const caller = this.#all.get(keyOf(peer));
    if (caller === undefined) return;
    this.#recount(caller, () => {
      caller.isHere = false;
    });
  }

  /**
   * Finds who has to give way: one of those that use most of the common room.
   * @param caller needs `more` bytes, and is not a candidate itself
   * @returns `undefined` if nobody uses more than this caller then would
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
    // Callers of rank 0 use nothing.
    if (is > 0) this.#byRank[is]?.add(caller);
  }
}

const rankOf = (bytes: number): number => ranks - Math.clz32(bytes);
