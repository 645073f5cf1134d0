// Messages to peers that are not there yet: kept in order, for a time, and within bounds, so that who is
// called may come a little later than the call. What the messages say is no business of this file.

import { type Clock, stepMs } from "../../core/clock.ts";
import { ownString } from "../../core/own-string.ts";
import type { Peer } from "../../core/peer.ts";

/** How much may wait, in messages and in bytes of UTF-8. */
export interface Bound {
  readonly messages: number;
  readonly bytes: number;
}

export interface WaitingBounds {
  /** For one missing peer, from all who call it. */
  readonly perId: Bound;
  /** From one sender, for all whom it calls. Less than for an id, so that no one sender fills it. */
  readonly perSender: Bound;
  readonly inAll: Bound;
}

/** A call with video and trickled candidates is some 30 messages and 20 KB. */
export const waitingBounds: WaitingBounds = {
  perId: { messages: 1024, bytes: 1_048_576 },
  perSender: { messages: 512, bytes: 524_288 },
  inAll: { messages: 65_536, bytes: 67_108_864 },
};

/** One sender and one missing id, as long as a message of the one waits for the other. */
export interface Pair {
  /** The sender's id, and its connection when the message came. */
  readonly sender: string;
  readonly peer: Peer;
  readonly missing: string;
}

/** Where a message was last: with its sender, or on the way to somebody who had gone when it arrived. */
export type Origin = "client" | "node";

/** A message as it is handed out. */
export interface Waiting {
  readonly pair: Pair;
  readonly frame: string;
}

interface Kept extends Waiting {
  readonly pair: KeptPair;
  readonly bytes: number;
  readonly origin: Origin;
  /** By the clock. */
  readonly since: number;
}

interface KeptPair extends Pair {
  /** How many of its messages wait. */
  count: number;
  /** Whether a message of it has expired, and its sender was told. */
  isTold: boolean;
}

class Load {
  #messages = 0;
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#messages === 0;
  }

  hasRoom(bytes: number, bound: Bound): boolean {
    return this.#messages < bound.messages && this.#bytes + bytes <= bound.bytes;
  }

  add(bytes: number): void {
    this.#messages++;
    this.#bytes += bytes;
  }

  remove(bytes: number): void {
    this.#messages--;
    this.#bytes -= bytes;
  }
}

/** What waits for one missing id. */
class Queue {
  readonly load = new Load();
  readonly pairs = new Map<string, KeptPair>();
  /** Oldest first. */
  messages: Kept[] = [];
}

export class WaitingRoom {
  readonly #clock: Clock;
  readonly #timeoutSeconds: number;
  readonly #bounds: WaitingBounds;
  readonly #queues = new Map<string, Queue>();
  readonly #senders = new Map<string, Load>();
  readonly #all = new Load();

  constructor(clock: Clock, timeoutSeconds: number, bounds: WaitingBounds = waitingBounds) {
    this.#clock = clock;
    this.#timeoutSeconds = timeoutSeconds;
    this.#bounds = bounds;
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
   * Keeps a message, in memory of its own.
   * @param origin one that comes back goes before those that its sender has sent since
   * @returns whether its sender will learn of its end: false when there is no room for it, and nothing
   * else of this pair waits either
   */
  add({ sender, peer, missing }: Pair, frame: string, origin: Origin = "client"): boolean {
    const bytes = Buffer.byteLength(frame);
    const queue = this.#queues.get(missing) ?? new Queue();
    const load = this.#senders.get(sender) ?? new Load();
    const known = queue.pairs.get(sender);
    const { perId, perSender, inAll } = this.#bounds;
    const hasRoom =
      queue.load.hasRoom(bytes, perId) &&
      load.hasRoom(bytes, perSender) &&
      this.#all.hasRoom(bytes, inAll);
    if (!hasRoom) return known !== undefined && !known.isTold;
    const pair = known ?? { sender, peer, missing, count: 0, isTold: false };
    pair.count++;
    queue.pairs.set(sender, pair);
    insert(queue.messages, {
      pair,
      frame: ownString(frame),
      bytes,
      origin,
      since: this.#clock.seconds,
    });
    this.#queues.set(missing, queue);
    this.#senders.set(sender, load);
    for (const each of [queue.load, load, this.#all]) each.add(bytes);
    return true;
  }

  /** The peer has come: hands out what waited for it, in the order in which it was sent. */
  take(missing: string): readonly Waiting[] {
    const queue = this.#queues.get(missing);
    if (queue === undefined) return [];
    const { messages } = queue;
    this.#release(missing, queue, messages.length);
    return messages;
  }

  /**
   * Drops what has waited for too long; to be called at every step of the clock. Nothing goes early: a
   * reading of the clock may be one step old, so that a message stays for up to one more.
   * @returns pairs whose senders are to be told: one that has been is not named again before all of its
   * messages are gone
   */
  expire(): readonly Pair[] {
    const expired: Pair[] = [];
    const before = this.#clock.seconds - this.#timeoutSeconds - stepMs / 1000;
    for (const [missing, queue] of this.#queues) {
      const count = queue.messages.findIndex(({ since }) => since > before);
      const old = count === -1 ? queue.messages : queue.messages.slice(0, count);
      for (const { pair } of old) {
        if (!pair.isTold) expired.push(pair);
        pair.isTold = true;
      }
      this.#release(missing, queue, old.length);
    }
    return expired;
  }

  /** Forgets the oldest messages of a queue. */
  #release(missing: string, queue: Queue, count: number): void {
    if (count === 0) return;
    for (const { pair, bytes } of queue.messages.slice(0, count)) {
      if (--pair.count === 0) queue.pairs.delete(pair.sender);
      const load = this.#senders.get(pair.sender);
      load?.remove(bytes);
      if (load?.isEmpty === true) this.#senders.delete(pair.sender);
      queue.load.remove(bytes);
      this.#all.remove(bytes);
    }
    queue.messages = queue.messages.slice(count);
    if (queue.load.isEmpty) this.#queues.delete(missing);
  }
}

/** Messages stay in the order of time, and those of one sender in the order in which it sent them. */
function insert(messages: Kept[], message: Kept): void {
  const after =
    message.origin === "client"
      ? undefined
      : messages.findIndex(({ pair, origin }) => pair === message.pair && origin === "client");
  const next = after === undefined ? undefined : messages[after];
  if (after === undefined || next === undefined) messages.push(message);
  else messages.splice(after, 0, { ...message, since: next.since });
}
