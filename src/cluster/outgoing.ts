// What this node tells the others. It gathers in batches until the end of the tick; batches have serials for each
// channel, and are published in their order. Parts for one node gather across topics, but never across a part for a
// whole topic, which they must not overtake.

import type { Relay } from "../core/bus.ts";
import type { NodeId } from "../core/ids.ts";
import { Channels } from "./channels.ts";
import type { ClusterContext } from "./context.ts";
import { InFlight, type SentRelay } from "./in-flight.ts";
import type { Lease } from "./lease.ts";
import type { BatchPart, ControlPart, NodePart, PresencePart, TopicPart } from "./message.ts";
import { BatchWriter, FrameBytes } from "./write-batch.ts";

/** Bytes after which a batch takes no more parts. */
const maxGathered = 65_536;

/** Bytes in all batches after which they are published before the end of the tick. */
const maxWaiting = 1_048_576;

/** Bytes of unanswered publishes after which Redis is taken for stalled, and connected anew. */
const maxUnderWay = 33_554_432;

/** UTF-16 units that a relay without an answer keeps in memory, in addition to its hub's. */
const relayOverhead = 200;

interface GatheringBatch {
  readonly channel: string;
  /** The node that it is for; `undefined` if it is for several. */
  readonly to: NodeId | undefined;
  readonly serial: number;
  /** Whether it is the first one on its channel. */
  readonly isFirst: boolean;
  readonly message: BatchWriter;
  readonly relays: SentRelay[];
  /** Told how many nodes have received it. */
  readonly counted: ((receivers: number) => void)[];
  /** Of the parts. */
  bytes: number;
}

export class Outgoing {
  /** Set by the cluster: see `Batch`. */
  epoch = 0;
  readonly #context: ClusterContext;
  readonly #lease: Lease;
  readonly inFlight: InFlight;
  readonly #unheard: (node: NodeId, topicChannel: string | undefined) => void;
  readonly #frames = new FrameBytes();
  #batches: GatheringBatch[] = [];
  /** The batches for single nodes that take more parts, by inbox. */
  readonly #open = new Map<string, GatheringBatch>();
  #waiting = 0;
  #underWay = 0;
  #isScheduled = false;

  /** @param unheard is told of each node whose inbox nobody listens to; of which topic, if each topic has one */
  constructor(
    context: ClusterContext,
    lease: Lease,
    unheard: (node: NodeId, topicChannel: string | undefined) => void,
  ) {
    this.#context = context;
    this.#lease = lease;
    this.inFlight = new InFlight(context.now, context.fault, context.counts.roundTrips);
    this.#unheard = unheard;
  }

  /** Whether this node can publish on a channel now, and holds its lease. */
  reaches(channel: string): boolean {
    return this.#lease.reaches(channel);
  }

  /**
   * Tells all nodes that are subscribed to a channel: those that have the topic open, or all that there are.
   * @param counted is told how many nodes have received it, including this one; not called if that is unknown
   * @returns the serial of the batch
   */
  toAll(
    channel: string,
    part: TopicPart | PresencePart,
    counted?: (receivers: number) => void,
  ): number {
    const last = this.#batches.at(-1);
    const isOpen = last?.channel === channel && last.bytes < maxGathered;
    if (!isOpen) this.#open.clear();
    const batch = isOpen ? last : this.#begin(channel);
    if (counted !== undefined) batch.counted.push(counted);
    this.#add(batch, part);
    return batch.serial;
  }

  /**
   * Tells one node something about a topic, in order with what is told to all nodes that have it open.
   * @returns bytes of it
   */
  inTopic(topicChannel: string, node: NodeId, part: NodePart): number {
    return this.#toInbox(node, this.#context.channels.inbox(topicChannel, node), part);
  }

  /**
   * Tells one node something, in any order.
   * @param topicChannel of a topic that it has open, whose inbox is used if the node's own is out of reach
   */
  toNode(node: NodeId, part: NodePart | ControlPart, topicChannel?: string): void {
    const { channels } = this.#context;
    const own = channels.node(node);
    const isOwn = topicChannel === undefined || this.reaches(own);
    this.#toInbox(node, isOwn ? own : channels.inbox(topicChannel, node), part);
  }

  /** @returns `dropped` if too many relays have no answer yet, or the topic is out of reach */
  relay(
    topicChannel: string,
    node: NodeId,
    { to, frame, failed, held }: Relay,
  ): "sent" | "dropped" {
    const inbox = this.#context.channels.inbox(topicChannel, node);
    const relay = { failed, held: relayOverhead + held };
    if (!this.reaches(topicChannel)) return "dropped";
    if (!this.inFlight.admits(inbox, node, relay.held)) return "dropped";
    this.#context.counts.relaysSent++;
    this.#toInbox(node, inbox, { t: "relay", c: topicChannel, to, f: frame }, relay);
    return "sent";
  }

  /** Drops the relays to a node, in one topic if each has an inbox, else in all: their answers may be lost. */
  giveUp(node: NodeId, topicChannel?: string): void {
    const inbox = topicChannel && this.#context.channels.inbox(topicChannel, node);
    this.inFlight.giveUp((to, at) => at === node && (inbox === undefined || to === inbox));
  }

  /** Forgets the serials of a node's inbox for this topic. */
  leaveTopic(topicChannel: string, node: NodeId): void {
    const inbox = this.#context.channels.ownInbox(topicChannel, node);
    if (inbox !== undefined) this.inFlight.forget(inbox);
  }

  /** Publishes what has gathered. */
  flush(): void {
    const batches = this.#batches;
    this.#batches = [];
    this.#waiting = 0;
    this.#open.clear();
    for (const batch of batches) this.#publish(batch);
    // Something may have been told meanwhile.
    if (this.#batches.length === 0) this.#frames.clear();
  }

  #toInbox(node: NodeId, inbox: string, part: NodePart | ControlPart, relay?: SentRelay): number {
    let batch = this.#open.get(inbox);
    if (batch === undefined || batch.bytes >= maxGathered) {
      batch = this.#begin(inbox, node);
      this.#open.set(inbox, batch);
    }
    if (relay !== undefined) batch.relays.push(relay);
    return this.#add(batch, part);
  }

  #begin(channel: string, to?: NodeId): GatheringBatch {
    const numbered = { channel, to, ...this.inFlight.next(channel) };
    const message = new BatchWriter(this.#frames);
    const batch: GatheringBatch = { ...numbered, message, relays: [], counted: [], bytes: 0 };
    this.#batches.push(batch);
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      this.#context.schedule(this.#endTick);
    }
    return batch;
  }

  #add(batch: GatheringBatch, part: BatchPart): number {
    const bytes = batch.message.add(part);
    batch.bytes += bytes;
    this.#waiting += bytes;
    if (this.#waiting > maxWaiting) this.flush();
    return bytes;
  }

  #publish(batch: GatheringBatch): void {
    const { channel, to, serial, isFirst, message, relays, counted, bytes } = batch;
    const { node, carrier, counts, now } = this.#context;
    const begun = now();
    message.end(node, this.epoch, serial, isFirst);
    if (relays.length > 0) this.inFlight.expect(channel, serial, relays);
    this.#underWay += bytes;
    carrier.publish(channel, message).then(
      (receivers) => {
        this.#underWay -= bytes;
        counts.publishes.note((now() - begun) / 1000);
        for (const tell of counted) tell(receivers);
        if (receivers > 0) return;
        this.inFlight.unpublished(channel, serial);
        if (to !== undefined) this.#unheard(to, Channels.topicOf(channel));
      },
      () => {
        this.#underWay -= bytes;
        counts.publishFailures++;
        this.inFlight.unpublished(channel, serial);
      },
    );
    if (this.#underWay > maxUnderWay) carrier.reset();
  }

  readonly #endTick = (): void => {
    this.#isScheduled = false;
    this.flush();
  };
}
