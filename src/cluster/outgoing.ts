// What this node says to the others: gathered until the end of the tick, numbered by channel, published in
// the order in which it was said. Frames to one node gather across topics, but never across something
// said to a whole topic, which they must not overtake.

import type { NodeId } from "../core/ids.ts";
import type { Carrier } from "./carrier.ts";
import type { Expected, Relays } from "./in-flight.ts";
import { batchText, type NodePart, type TopicPart } from "./message.ts";

/** UTF-16 units that gather in one batch before the end of the tick. */
const maxGathered = 65_536;

/** UTF-16 units after which the end of the tick is not waited for. */
const maxWaiting = 1_048_576;

/** UTF-16 units under way, after which Redis is taken for stalled: nothing may pile up here. */
const maxUnderWay = 33_554_432;

interface Gathered {
  readonly channel: string;
  readonly serial: number;
  /** Whether it is the first on its channel. */
  readonly isFirst: boolean;
  readonly parts: string[];
  readonly relays: Expected[];
  /** Who wants to know how many nodes got it. */
  readonly counted: ((receivers: number) => void)[];
  length: number;
}

export class Outgoing {
  /** Raised by the cluster: see `Batch`. */
  epoch = 0;
  readonly #node: NodeId;
  readonly #carrier: Carrier;
  readonly #relays: Relays;
  readonly #schedule: (run: () => void) => void;
  readonly #unheard: (channel: string) => void;
  readonly #serials = new Map<string, number>();
  /** Above all numbers of channels that were forgotten, so that no number comes twice. */
  #floor = 0;
  #batches: Gathered[] = [];
  /** Those to single nodes that take more. */
  readonly #open = new Map<string, Gathered>();
  #waiting = 0;
  #underWay = 0;
  #isScheduled = false;

  /** @param unheard is told of a channel on which something reached nobody */
  constructor(
    node: NodeId,
    carrier: Carrier,
    relays: Relays,
    schedule: (run: () => void) => void,
    unheard: (channel: string) => void,
  ) {
    this.#node = node;
    this.#carrier = carrier;
    this.#relays = relays;
    this.#schedule = schedule;
    this.#unheard = unheard;
  }

  /** The number of the last batch on a channel, be it published or still gathering. */
  serial(channel: string): number {
    return this.#serials.get(channel) ?? this.#floor;
  }

  /**
   * @param counted is told how many nodes got it, this one included; not called when that is unknown
   * @returns the number of its batch
   */
  toTopic(channel: string, part: TopicPart, counted?: (receivers: number) => void): number {
    const last = this.#batches.at(-1);
    const isOpen = last?.channel === channel && last.length < maxGathered;
    if (!isOpen) this.#open.clear();
    const batch = isOpen ? last : this.#begin(channel);
    this.#add(batch, part);
    if (counted !== undefined) batch.counted.push(counted);
    if (this.#waiting > maxWaiting) this.flush();
    return batch.serial;
  }

  /** @param relay what is to be known of it until the other node has answered */
  toNode(channel: string, part: NodePart, relay?: Expected): void {
    let batch = this.#open.get(channel);
    if (batch === undefined || batch.length >= maxGathered) {
      batch = this.#begin(channel);
      this.#open.set(channel, batch);
    }
    this.#add(batch, part);
    if (relay !== undefined) batch.relays.push(relay);
    if (this.#waiting > maxWaiting) this.flush();
  }

  /** Forgets the number of a channel; should it be used again, numbers go on above. */
  forget(channel: string): void {
    this.#floor = Math.max(this.#floor, this.serial(channel));
    this.#serials.delete(channel);
  }

  /** Publishes what has gathered. */
  flush(): void {
    const batches = this.#batches;
    this.#batches = [];
    this.#waiting = 0;
    this.#open.clear();
    for (const batch of batches) this.#publish(batch);
  }

  #begin(channel: string): Gathered {
    const isFirst = !this.#serials.has(channel);
    const serial = this.serial(channel) + 1;
    this.#serials.set(channel, serial);
    const batch = { channel, serial, isFirst, parts: [], relays: [], counted: [], length: 0 };
    this.#batches.push(batch);
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      this.#schedule(this.#endTick);
    }
    return batch;
  }

  #add(batch: Gathered, part: TopicPart | NodePart): void {
    const text = JSON.stringify(part);
    batch.parts.push(text);
    batch.length += text.length;
    this.#waiting += text.length;
  }

  #publish({ channel, serial, isFirst, parts, relays, counted }: Gathered): void {
    const text = batchText(this.#node, this.epoch, serial, parts, isFirst);
    if (relays.length > 0) this.#relays.expect(channel, serial, relays);
    this.#underWay += text.length;
    this.#carrier.publish(channel, text).then(
      (receivers) => {
        this.#underWay -= text.length;
        for (const tell of counted) tell(receivers);
        if (receivers > 0) return;
        this.#relays.unpublished(channel, serial);
        this.#unheard(channel);
      },
      () => {
        this.#underWay -= text.length;
        this.#relays.unpublished(channel, serial);
      },
    );
    if (this.#underWay > maxUnderWay) this.#carrier.reset();
  }

  readonly #endTick = (): void => {
    this.#isScheduled = false;
    this.flush();
  };
}
