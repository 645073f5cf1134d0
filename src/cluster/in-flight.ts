// What this node has published on each channel: the number of the last batch, and the relays that are under way,
// with who has to hear of it should one fail. What the other node has taken is forgotten. Where an answer may be
// lost, or does not come for a time, a relay is `dropped`: its sender is not left in doubt, though it may have
// arrived. Bounded for each inbox, and in all.

import type { NodeId } from "../core/ids.ts";
import type { FailedOutcome } from "../core/outcome.ts";

/** A relay under way. */
export interface SentRelay {
  /** Tells its sender that it has failed. */
  readonly failed: (outcome: FailedOutcome) => void;
  /** UTF-16 units that are held for it. */
  readonly held: number;
}

/** Relays under way to one inbox; one more is `dropped` at once. */
const maxPerStream = 16_384;

/** UTF-16 units held for all relays under way. */
const maxHeld = 33_554_432;

interface SentBatch {
  readonly serial: number;
  /** An entry is deleted when it has failed. */
  readonly relays: (SentRelay | undefined)[];
  /** When it was published, by the cluster's clock. */
  readonly at: number;
}

/** What was published to one inbox and is not answered, oldest first. */
interface SentStream {
  readonly node: NodeId;
  readonly batches: SentBatch[];
  /** Relays in them, and in what still gathers. */
  count: number;
}

export class InFlight {
  readonly #now: () => number;
  readonly #fault: (thrown: unknown) => void;
  readonly #serials = new Map<string, number>();
  /** Above all numbers of channels that were forgotten, so that no number comes twice. */
  #floor = 0;
  readonly #streams = new Map<string, SentStream>();
  #held = 0;

  /**
   * @param now milliseconds, on the cluster's clock
   * @param fault is told of what a sender throws when it hears that its relay has failed
   */
  constructor(now: () => number, fault: (thrown: unknown) => void) {
    this.#now = now;
    this.#fault = fault;
  }

  /** The number of the last batch on a channel, be it published or still gathering. */
  serial(channel: string): number {
    return this.#serials.get(channel) ?? this.#floor;
  }

  /** The number of one more batch, and whether it is the first on its channel. */
  next(channel: string): { readonly serial: number; readonly isFirst: boolean } {
    const isFirst = !this.#serials.has(channel);
    const serial = this.serial(channel) + 1;
    this.#serials.set(channel, serial);
    return { serial, isFirst };
  }

  /** Forgets the number of a channel; should it be used again, numbers go on above. */
  forget(channel: string): void {
    this.#floor = Math.max(this.#floor, this.serial(channel));
    this.#serials.delete(channel);
  }

  /** Whether one more relay to an inbox is taken; if so it must be published. */
  admits(channel: string, node: NodeId, held: number): boolean {
    const stream = this.#streams.get(channel) ?? { node, batches: [], count: 0 };
    if (stream.count >= maxPerStream || this.#held + held > maxHeld) return false;
    this.#streams.set(channel, stream);
    stream.count++;
    this.#held += held;
    return true;
  }

  /** A batch is being published that has relays, each of which was admitted. */
  expect(channel: string, serial: number, relays: SentRelay[]): void {
    this.#streams.get(channel)?.batches.push({ serial, relays, at: this.#now() });
  }

  /** The other node has had all up to `serial`, or will take none of them any more. */
  got(channel: string, serial: number): void {
    const stream = this.#streams.get(channel);
    if (stream === undefined) return;
    const end = stream.batches.findIndex((batch) => batch.serial > serial);
    this.#forget(channel, stream, end === -1 ? stream.batches.length : end);
  }

  /** Those after `after` and before `serial` have not come. */
  lost(channel: string, after: number, serial: number): void {
    for (const batch of this.#streams.get(channel)?.batches ?? [])
      if (batch.serial > after && batch.serial < serial) this.#drop(batch);
  }

  /** It reached nobody, or nobody knows: it is not sent again. */
  unpublished(channel: string, serial: number): void {
    this.lost(channel, serial - 1, serial + 1);
  }

  failed(channel: string, serial: number, index: number, outcome: FailedOutcome): void {
    const batch = this.#streams.get(channel)?.batches.find((each) => each.serial === serial);
    const relay = batch?.relays[index];
    if (batch === undefined || relay === undefined) return;
    batch.relays[index] = undefined;
    this.#fail(relay, outcome);
  }

  /** What is under way to some inboxes may not be answered any more. */
  giveUp(isLost: (channel: string, node: NodeId) => boolean): void {
    for (const [channel, stream] of this.#streams) {
      if (!isLost(channel, stream.node)) continue;
      for (const batch of stream.batches) this.#drop(batch);
      this.#forget(channel, stream, stream.batches.length);
    }
  }

  /** Gives up what was published before `time`. */
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

  #fail(relay: SentRelay, outcome: FailedOutcome): void {
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
