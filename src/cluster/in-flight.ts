// What this node has published on each channel: the serial of the last batch, and the relays that are not answered
// yet. When the other node confirms a batch, its relays are forgotten. If the answer may be lost, or is late, they are
// `dropped`: their senders are told, although the frames may have arrived. Relays are bounded for each inbox and in all.

import type { NodeId } from "../core/ids.ts";
import type { LateFailure } from "../core/outcome.ts";
import type { Histogram } from "../observe/histogram.ts";

/** A relay without an answer yet. */
export interface SentRelay {
  /** Tells the sender that it has failed. */
  readonly failed: (outcome: LateFailure) => void;
  /** UTF-16 units that it keeps in memory. */
  readonly held: number;
}

/** Relays to one inbox without an answer; one more is `dropped` at once. */
const maxPerStream = 16_384;

/** UTF-16 units that all of them may keep in memory. */
const maxHeld = 33_554_432;

interface SentBatch {
  readonly serial: number;
  /** Those that have failed are `undefined`. */
  readonly relays: (SentRelay | undefined)[];
  /** When it was published, by the cluster's clock. */
  readonly at: number;
}

/** The batches to one inbox that are not answered, oldest first. */
interface SentStream {
  readonly node: NodeId;
  readonly batches: SentBatch[];
  /** Relays in these batches and in the one that still gathers. */
  count: number;
}

/** Milliseconds after which relays without an answer are given up: a third of a lease, and at least a second. */
export const answerMs = (leaseMs: number): number => Math.max(1000, leaseMs / 3);

export class InFlight {
  readonly #now: () => number;
  readonly #fault: (thrown: unknown) => void;
  readonly #roundTrips: Histogram;
  readonly #serials = new Map<string, number>();
  /** No serial of a forgotten channel is above it, so that no serial is used twice. */
  #floor = 0;
  readonly #streams = new Map<string, SentStream>();
  #held = 0;

  /**
   * @param now milliseconds, on the cluster's clock
   * @param fault is told if a sender throws when it is told of a failure
   * @param roundTrips is told how long the answers to batches took
   */
  constructor(now: () => number, fault: (thrown: unknown) => void, roundTrips: Histogram) {
    this.#now = now;
    this.#fault = fault;
    this.#roundTrips = roundTrips;
  }

  /** The serial of the last batch on a channel, whether published or still gathering. */
  serial(channel: string): number {
    return this.#serials.get(channel) ?? this.#floor;
  }

  /** Begins a batch. @returns its serial, and whether it is the first on its channel */
  next(channel: string): { readonly serial: number; readonly isFirst: boolean } {
    const isFirst = !this.#serials.has(channel);
    const serial = this.serial(channel) + 1;
    this.#serials.set(channel, serial);
    return { serial, isFirst };
  }

  /** Forgets a channel. If it is used again, its serials go on above the old ones. */
  forget(channel: string): void {
    this.#floor = Math.max(this.#floor, this.serial(channel));
    this.#serials.delete(channel);
  }

  /** @returns false if there is no room for one more relay. If true, it must be published */
  admits(channel: string, node: NodeId, held: number): boolean {
    const known = this.#streams.get(channel);
    if ((known?.count ?? 0) >= maxPerStream || this.#held + held > maxHeld) return false;
    const stream = known ?? { node, batches: [], count: 0 };
    if (known === undefined) this.#streams.set(channel, stream);
    stream.count++;
    this.#held += held;
    return true;
  }

  /** A batch is being published. Each of its relays must have been admitted. */
  expect(channel: string, serial: number, relays: SentRelay[]): void {
    this.#streams.get(channel)?.batches.push({ serial, relays, at: this.#now() });
  }

  /** The other node has received the batches up to `serial`, or will not take them any more. */
  got(channel: string, serial: number): void {
    const stream = this.#streams.get(channel);
    if (stream === undefined) return;
    const end = stream.batches.findIndex((batch) => batch.serial > serial);
    const count = end === -1 ? stream.batches.length : end;
    for (let index = 0; index < count; index++)
      this.#roundTrips.note((this.#now() - (stream.batches[index]?.at ?? 0)) / 1000);
    this.#forget(channel, stream, count);
  }

  /** The other node has not received the batches after `after` and before `serial`. */
  lost(channel: string, after: number, serial: number): void {
    for (const batch of this.#streams.get(channel)?.batches ?? [])
      if (batch.serial > after && batch.serial < serial) this.#drop(batch);
  }

  /** A batch has reached nobody, as far as is known. It is not sent again. */
  unpublished(channel: string, serial: number): void {
    this.lost(channel, serial - 1, serial + 1);
  }

  /** The other node has not delivered one relay. */
  failed(channel: string, serial: number, index: number, outcome: LateFailure): void {
    const batch = this.#streams.get(channel)?.batches.find((each) => each.serial === serial);
    const relay = batch?.relays[index];
    if (batch === undefined || relay === undefined) return;
    batch.relays[index] = undefined;
    this.#fail(relay, outcome);
  }

  /** Drops the relays to some inboxes: their answers may be lost. */
  giveUp(isLost: (channel: string, node: NodeId) => boolean): void {
    for (const [channel, stream] of this.#streams) {
      if (!isLost(channel, stream.node)) continue;
      for (const batch of stream.batches) this.#drop(batch);
      this.#forget(channel, stream, stream.batches.length);
    }
  }

  /** Drops the relays that were published before `time`. */
  expire(time: number): void {
    for (const [channel, stream] of this.#streams) {
      const end = stream.batches.findIndex(({ at }) => at >= time);
      const old = end === -1 ? stream.batches.length : end;
      for (const batch of stream.batches.slice(0, old)) this.#drop(batch);
      this.#forget(channel, stream, old);
    }
  }

  #drop({ relays }: SentBatch): void {
    for (const [index, relay] of relays.entries()) {
      if (relay === undefined) continue;
      relays[index] = undefined;
      this.#fail(relay, "dropped");
    }
  }

  #fail(relay: SentRelay, outcome: LateFailure): void {
    this.#held -= relay.held;
    try {
      relay.failed(outcome);
    } catch (thrown) {
      this.#fault(thrown);
    }
  }

  #forget(channel: string, stream: SentStream, count: number): void {
    for (const { relays } of stream.batches.splice(0, count)) {
      stream.count -= relays.length;
      for (const relay of relays) this.#held -= relay?.held ?? 0;
    }
    if (stream.count === 0) this.#streams.delete(channel);
  }
}
