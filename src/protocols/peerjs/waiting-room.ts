// Messages to peers that are not connected yet. They are kept in order, for a time and within limits, so that a peer
// may connect a little later than it is called. `callers.ts` finds who gives way when there is no room.

import { type Clock, stepMs } from "../../core/clock.ts";
import { ownString } from "../../core/own-string.ts";
import type { Peer } from "../../core/peer.ts";
import { type Call, type Caller, Callers, type Pair } from "./callers.ts";
import { beyondShare, type Kept, type Origin, Queue, type Waiting } from "./queue.ts";

/** How much may wait, in bytes. A message counts for more than its text: see `messageBytes` and `callBytes`. */
export interface WaitingBounds {
  /** For one missing id, beyond the shares. If nothing waits for it, a message always fits. */
  readonly perId: number;
  /** From one caller. If nothing of it waits, a message always fits. */
  readonly perCaller: number;
  /** What one caller may use whatever others do. A call with video is some 30 messages with 20 KB. */
  readonly share: number;
  /** What all callers may use beyond their shares. */
  readonly common: number;
}

export const waitingBounds: WaitingBounds = {
  perId: 1_048_576,
  perCaller: 786_432,
  share: 32_768,
  common: 67_108_864,
};

/** What a message counts for beside its text. It takes about that much memory. */
export const messageBytes = 256;

/** What the first message of a call counts for in addition: the memory of a queue that nobody else uses. */
export const callBytes = 1024;

export class WaitingRoom {
  /** Messages that were kept so far, by where they came from. */
  readonly kept: Record<Origin, number> = { client: 0, node: 0 };
  readonly #clock: Clock;
  readonly #timeoutSeconds: number;
  readonly #bounds: WaitingBounds;
  readonly #queues = new Map<string, Queue>();
  /** For each time at which messages came, oldest first: the ids that they wait for. */
  readonly #times = new Map<number, Set<string>>();
  readonly #callers: Callers;

  constructor(clock: Clock, timeoutSeconds: number, bounds: WaitingBounds = waitingBounds) {
    this.#clock = clock;
    this.#timeoutSeconds = timeoutSeconds;
    this.#bounds = bounds;
    this.#callers = new Callers(bounds.share);
  }

  /** How many ids messages wait for. */
  get size(): number {
    return this.#queues.size;
  }

  /** The ids that messages wait for. */
  get missing(): Iterable<string> {
    return this.#queues.keys();
  }

  /**
   * Keeps a copy of a message if there is room. Calls of others may be dropped for it.
   * @param origin a message from another node goes before those that its sender has sent since
   * @returns the pairs whose senders must be told that a message will not arrive. A pair is named once, as long as
   * other messages of it wait.
   */
  add(pair: Pair, frame: string, origin: Origin = "client"): readonly Pair[] {
    const caller = this.#callers.of(pair.peer);
    const queue = this.#queues.get(pair.missing) ?? new Queue();
    const call = queue.calls.get(caller) ?? beginCall(pair, caller);
    const bytes = Buffer.byteLength(frame) + messageBytes + (call.count === 0 ? callBytes : 0);
    const gone: Pair[] = [];
    if (!this.#makeRoom(queue, call, bytes, gone)) {
      tellOnce(call, gone);
      return gone;
    }
    const message = { pair: call, frame: ownString(frame), bytes, origin, since: this.#now };
    this.kept[origin]++;
    this.#note(pair.missing, queue.insert(message));
    queue.calls.set(caller, call);
    this.#queues.set(pair.missing, queue);
    this.#callers.change(call, 1, bytes);
    return gone;
  }

  /** Removes and returns all messages for an id, in the order in which they were sent. */
  take(missing: string): readonly Waiting[] {
    const queue = this.#queues.get(missing);
    return queue === undefined ? [] : this.#shift(missing, queue, queue.messages.length);
  }

  /**
   * A connection has ended. Its messages stay as long as there is room in addition to the shares of others.
   * @returns the pairs whose senders must be told, as for `add`
   */
  left(peer: Peer): readonly Pair[] {
    this.#callers.left(peer);
    const gone: Pair[] = [];
    while (this.#callers.common > this.#bounds.common) {
      const largest = this.#callers.largest();
      if (largest === undefined) break;
      this.#dropOldest(largest, gone);
    }
    return gone;
  }

  /**
   * Drops messages that have waited too long. Call it at every step of the clock. A message may stay one step
   * longer, and is never dropped early: the time at which it came may be one step old.
   * @returns the pairs whose senders must be told, as for `add`
   */
  expire(): readonly Pair[] {
    const expired: Pair[] = [];
    const before = this.#now - this.#timeoutSeconds - stepMs / 1000;
    for (const [time, ids] of this.#times) {
      if (time > before) break;
      this.#times.delete(time);
      for (const missing of ids) this.#expire(missing, before, expired);
    }
    return expired;
  }

  get #now(): number {
    return this.#clock.seconds;
  }

  #note(missing: string, { since }: Kept): void {
    const ids = this.#times.get(since) ?? new Set();
    this.#times.set(since, ids.add(missing));
  }

  #expire(missing: string, before: number, expired: Pair[]): void {
    const queue = this.#queues.get(missing);
    if (queue === undefined) return;
    const count = queue.messages.findIndex(({ since }) => since > before);
    const old = this.#shift(missing, queue, count === -1 ? queue.messages.length : count);
    for (const { pair } of old) tellOnce(pair, expired);
  }

  /**
   * Drops calls of others until a message fits, in the queue of its id and in the common room. Only calls of those
   * who have more than its caller then would are dropped.
   * @param gone gets the pairs of the calls that were dropped
   */
  #makeRoom(queue: Queue, call: Call, bytes: number, gone: Pair[]): boolean {
    const { perCaller, share, common } = this.#bounds;
    const { caller } = call;
    if (caller.bytes > 0 && caller.bytes + bytes > perCaller) return false;
    while (queue.bytes > 0 && this.#exceeds(queue, call, bytes)) {
      const largest = queue.largest(share);
      const own = beyondShare(call, share, bytes);
      if (largest === undefined || beyondShare(largest, share) <= own) return false;
      this.#drop(largest, gone);
    }
    const now = this.#callers.beyondShare(caller);
    const then = this.#callers.beyondShare(caller, bytes);
    while (this.#callers.common + then - now > common) {
      const largest = this.#callers.largest(caller, bytes);
      if (largest === undefined) return false;
      this.#dropOldest(largest, gone);
    }
    return true;
  }

  /** Whether a message would be too much for its id. */
  #exceeds(queue: Queue, call: Call, bytes: number): boolean {
    const { perId, share } = this.#bounds;
    if (queue.bytes + bytes <= perId) return false;
    const more = beyondShare(call, share, bytes) - beyondShare(call, share);
    return queue.beyond(share) + more > perId;
  }

  #dropOldest({ calls }: Caller, gone: Pair[]): void {
    for (const oldest of calls) return this.#drop(oldest, gone);
  }

  /** Drops a whole call, since a part of it would be of no use. */
  #drop(call: Call, gone: Pair[]): void {
    const queue = this.#queues.get(call.missing);
    if (queue === undefined) return;
    tellOnce(call, gone);
    queue.remove(call);
    this.#forget(call.missing, queue, call, call.count, call.bytes);
  }

  /** Removes the oldest messages of a queue. */
  #shift(missing: string, queue: Queue, count: number): readonly Kept[] {
    const oldest = queue.shift(count);
    for (const { pair, bytes } of oldest) this.#forget(missing, queue, pair, 1, bytes);
    return oldest;
  }

  #forget(missing: string, queue: Queue, call: Call, count: number, bytes: number): void {
    this.#callers.change(call, -count, -bytes);
    if (call.count === 0) queue.calls.delete(call.caller);
    if (queue.calls.size === 0) this.#queues.delete(missing);
  }
}

const beginCall = (pair: Pair, caller: Caller): Call => ({
  ...pair,
  caller,
  count: 0,
  bytes: 0,
  isTold: false,
});

function tellOnce(call: Call, told: Pair[]): void {
  if (!call.isTold) told.push(call);
  call.isTold = true;
}
