// Messages to peers that are not there yet: kept in order, for a time, and within bounds, so that a peer may
// come a little later than the call. What the messages say is no business of this file; who gives way to whom
// when there is no room is in `callers.ts`.

import { type Clock, stepMs } from "../../core/clock.ts";
import { ownString } from "../../core/own-string.ts";
import type { Peer } from "../../core/peer.ts";
import { type Call, type Caller, Callers, type Pair } from "./callers.ts";
import { type Kept, type Origin, Queue, type Waiting } from "./queue.ts";

/** How much may wait, in bytes; what a message and a call count for is below. */
export interface WaitingBounds {
  /** For one missing id, from all callers. A message that finds nothing waiting there always fits. */
  readonly perId: number;
  /** From one caller, for all whom it calls. A message that finds nothing of it waiting always fits. */
  readonly perCaller: number;
  /** From one caller, whatever others do. A call with video is some 30 messages and 20 KB. */
  readonly share: number;
  /** From all callers, beyond their shares. */
  readonly common: number;
}

export const waitingBounds: WaitingBounds = {
  perId: 1_048_576,
  perCaller: 786_432,
  share: 32_768,
  common: 67_108_864,
};

/** What a message takes in memory beside its text. */
export const messageBytes = 256;

/** What the first message of a call takes in addition, with the queue of an id that nobody else calls. */
export const callBytes = 1024;

export class WaitingRoom {
  readonly #clock: Clock;
  readonly #timeoutSeconds: number;
  readonly #bounds: WaitingBounds;
  readonly #queues = new Map<string, Queue>();
  /** By the time of a message, the ids that messages of that time wait for. Oldest first. */
  readonly #times = new Map<number, Set<string>>();
  readonly #callers: Callers;

  constructor(clock: Clock, timeoutSeconds: number, bounds: WaitingBounds = waitingBounds) {
    this.#clock = clock;
    this.#timeoutSeconds = timeoutSeconds;
    this.#bounds = bounds;
    this.#callers = new Callers(bounds.share);
  }

  /** How many ids something waits for. */
  get size(): number {
    return this.#queues.size;
  }

  /** Those ids. */
  get missing(): Iterable<string> {
    return this.#queues.keys();
  }

  /**
   * Keeps a message, in memory of its own, if there is room for it. Others may have to give way.
   * @param origin one that comes back goes before those that its sender has sent since
   * @returns pairs whose senders are to be told that something of theirs will not arrive. One that was told is
   * not among them again as long as other messages of the same pair wait.
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
    this.#note(pair.missing, queue.insert(message));
    queue.calls.set(caller, call);
    this.#queues.set(pair.missing, queue);
    this.#callers.change(call, 1, bytes);
    return gone;
  }

  /** The peer has come: hands out what waited for it, in the order in which it was sent. */
  take(missing: string): readonly Waiting[] {
    const queue = this.#queues.get(missing);
    return queue === undefined ? [] : this.#shift(missing, queue, queue.messages.length);
  }

  /**
   * A connection has ended. What waits of it stays as long as there is room beyond the shares of the others.
   * @returns pairs whose senders are to be told, as for `add`
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
   * Drops what has waited for too long; to be called at every step of the clock. Nothing goes early: a
   * reading of the clock may be one step old, so that a message stays for up to one more.
   * @returns pairs whose senders are to be told, as for `add`
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
   * Has others give way until a message fits, as long as they have more than its caller then would: in the
   * queue of its id, and in the common room.
   */
  #makeRoom(queue: Queue, call: Call, bytes: number, gone: Pair[]): boolean {
    const { perId, perCaller, common } = this.#bounds;
    const { caller } = call;
    if (caller.bytes > 0 && caller.bytes + bytes > perCaller) return false;
    while (queue.bytes > 0 && queue.bytes + bytes > perId) {
      const { largest } = queue;
      if (largest === undefined || largest.bytes <= call.bytes + bytes) return false;
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

  #dropOldest({ calls }: Caller, gone: Pair[]): void {
    for (const oldest of calls) return this.#drop(oldest, gone);
  }

  /** Drops a whole call: what would be left of it is of no use. */
  #drop(call: Call, gone: Pair[]): void {
    const queue = this.#queues.get(call.missing);
    if (queue === undefined) return;
    tellOnce(call, gone);
    queue.remove(call);
    this.#forget(call.missing, queue, call, call.count, call.bytes);
  }

  /** Takes the oldest messages out of a queue. */
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
