// Receives what other nodes publish, and passes it on: to open topics, to members here, to relays without an answer.
// Batches to this node alone are taken once, in the order of their serials. Their senders are told which have come,
// which were lost on the way, and which relays have failed here.

import type { NodeId } from "../core/ids.ts";
import { type Arrival, isFailed } from "../core/outcome.ts";
import { Channels } from "./channels.ts";
import type { ClusterContext } from "./context.ts";
import type { Control } from "./control.ts";
import type { KnownNodes } from "./known-nodes.ts";
import type { Lease } from "./lease.ts";
import {
  type Batch,
  type ControlPart,
  majorVersion,
  type NodePart,
  type PresencePart,
  type RelayPart,
} from "./message.ts";
import type { Outgoing } from "./outgoing.ts";
import { readBatch } from "./read-batch.ts";
import type { Topics } from "./topics.ts";
import { headOf } from "./write-batch.ts";

/** After this many batches of a node they are confirmed at once. */
const maxUnanswered = 64;

/** The batches of one node on one of this node's inboxes. */
interface IncomingStream {
  readonly node: NodeId;
  readonly channel: string;
  /** The serial of the last one. */
  last: number;
  /** Batches with relays that are not confirmed yet. */
  unanswered: number;
}

export class Incoming {
  readonly #context: ClusterContext;
  readonly #head: Buffer;
  readonly #nodes: KnownNodes;
  readonly #topics: Topics;
  readonly #control: Control;
  readonly #outgoing: Outgoing;
  readonly #lease: Lease;
  /** By inbox and node. */
  readonly #streams = new Map<string, Map<NodeId, IncomingStream>>();
  readonly #unanswered = new Set<IncomingStream>();

  constructor(
    context: ClusterContext,
    lease: Lease,
    nodes: KnownNodes,
    topics: Topics,
    control: Control,
    outgoing: Outgoing,
  ) {
    this.#context = context;
    this.#head = Buffer.from(headOf(context.node));
    this.#nodes = nodes;
    this.#topics = topics;
    this.#control = control;
    this.#outgoing = outgoing;
    this.#lease = lease;
  }

  /** A message has come from Redis. */
  hear(channel: string, bytes: Buffer): void {
    // A node receives its own batches on the channels of topics.
    if (bytes.subarray(0, this.#head.length).equals(this.#head)) return;
    const batch = readBatch(bytes);
    const { node, channels, fault } = this.#context;
    if (batch === undefined || batch.n === node) return;
    if (batch.v !== majorVersion) return this.#nodes.versionMismatch(batch.n, batch.v);
    if (!this.#nodes.heard(batch.n)) return;
    try {
      if (channels.isTopic(channel)) this.#topics.heard(channel, batch);
      else if (channel !== channels.nodes) this.#receive(channel, batch);
      else for (const part of batch.b as readonly PresencePart[]) this.#control.take(batch.n, part);
    } catch (thrown) {
      fault(thrown);
    }
  }

  /** Confirms what has come. Call it ten times a second. */
  answer(): void {
    for (const stream of this.#unanswered) this.#answer(stream);
  }

  /** A node is gone. If it comes back, its serials begin anew. */
  forgetNode(node: NodeId): void {
    for (const [channel, nodes] of this.#streams) {
      const stream = nodes.get(node);
      if (stream === undefined) continue;
      this.#unanswered.delete(stream);
      nodes.delete(node);
      if (nodes.size === 0) this.#streams.delete(channel);
    }
  }

  /** Confirms what has come on an inbox, and forgets it: it is not subscribed to any more. */
  forgetChannel(channel: string): void {
    for (const stream of this.#streams.get(channel)?.values() ?? [])
      if (stream.unanswered > 0) this.#answer(stream);
    this.#streams.delete(channel);
  }

  #receive(channel: string, batch: Batch): void {
    const stream = this.#streamOf(channel, batch.n);
    if (batch.s > stream.last) this.#takeAll(stream, batch);
    else this.#takeLast(stream, batch);
    const topic = Channels.topicOf(channel);
    // The topic was closed a moment ago, so nobody else would forget the stream of its inbox.
    if (topic !== undefined && this.#topics.get(topic) === undefined) this.forgetChannel(channel);
  }

  #takeAll(stream: IncomingStream, batch: Batch): void {
    const before = batch.f === 1 ? 0 : batch.s - 1;
    if (before !== stream.last) this.#missed(stream, batch.s);
    stream.last = batch.s;
    let relays = 0;
    for (const part of batch.b as readonly (NodePart | ControlPart)[])
      if (part.t === "relay") this.#relay(stream, batch.s, part, relays++);
      else this.#take(batch, part);
    if (relays === 0) return;
    this.#context.counts.relaysReceived += relays;
    this.#unanswered.add(stream);
    if (++stream.unanswered >= maxUnanswered) this.#answer(stream);
  }

  /**
   * A batch whose serial is not above the last one. Either a later batch has overtaken it, or the last serial was
   * forged. Only the node itself can tell, so it is asked to compare by a `got`.
   */
  #takeLast(stream: IncomingStream, batch: Batch): void {
    const { channel } = stream;
    for (const part of batch.b as readonly NodePart[])
      if (part.t === "last") this.#take(batch, part);
    this.#tell(stream, { t: "lost", c: channel, after: batch.s - 1, s: batch.s + 1 });
    this.#answer(stream);
  }

  #relay(stream: IncomingStream, s: number, part: RelayPart, index: number): void {
    const o = this.#deliver(stream.node, part);
    if (isFailed(o)) this.#tell(stream, { t: "failed", c: stream.channel, s, i: index, o });
  }

  #deliver(node: NodeId, { c, to, f: frame }: RelayPart): Arrival {
    const topic = this.#topics.get(c);
    if (topic === undefined) return "absent";
    // While this node was suspended, or takes the sender's node for gone, that node gave the relay up.
    if (this.#lease.isLate || !topic.hasNode(node)) return "dropped";
    return topic.receiver.remoteRelay(topic.name, to, frame);
  }

  #take({ n: node, e: epoch }: Batch, part: Exclude<NodePart, RelayPart> | ControlPart): void {
    const { inFlight } = this.#outgoing;
    switch (part.t) {
      case "last":
        return this.#correct(node, part.c, part.s);
      case "ask":
        return this.#topics.asked(part.c, node);
      case "state":
        return this.#topics.told(part, node, epoch);
      case "gone":
        return this.#topics.gone(part.c, node, part.at, part.re);
      case "got":
        if (this.#isTrue(node, part.c, part.s)) inFlight.got(part.c, part.s);
        return;
      case "lost":
        return inFlight.lost(part.c, part.after, part.s);
      case "failed":
        return inFlight.failed(part.c, part.s, part.i, part.o);
      default:
        this.#control.take(node, part);
    }
  }

  /**
   * Whether this node has published as many batches to an inbox as its owner has received. If not, somebody has forged
   * batches in its name, and the owner ignores its own until it is told the true serial.
   */
  #isTrue(node: NodeId, inbox: string, serial: number): boolean {
    const last = this.#outgoing.inFlight.serial(inbox);
    if (serial <= last) return true;
    const topic = Channels.topicOf(inbox);
    this.#outgoing.giveUp(node, topic);
    this.#outgoing.toNode(node, { t: "last", c: inbox, s: last }, topic);
    return false;
  }

  /** A node tells the true serial of its last batch to one of this node's inboxes. */
  #correct(node: NodeId, channel: string, serial: number): void {
    const stream = this.#streams.get(channel)?.get(node);
    if (stream === undefined || stream.last <= serial) return;
    stream.last = serial;
    const topic = Channels.topicOf(channel);
    this.#outgoing.giveUp(node, topic);
    this.#topics.greetAgain(topic);
  }

  /** Batches of a node are lost, perhaps with the news that a relay to it has failed. */
  #missed(stream: IncomingStream, s: number): void {
    const { channel, node, last } = stream;
    this.#outgoing.giveUp(node, Channels.topicOf(channel));
    this.#tell(stream, { t: "lost", c: channel, after: last, s });
  }

  #answer(stream: IncomingStream): void {
    stream.unanswered = 0;
    this.#unanswered.delete(stream);
    this.#tell(stream, { t: "got", c: stream.channel, s: stream.last });
  }

  #tell({ node, channel }: IncomingStream, part: NodePart): void {
    this.#outgoing.toNode(node, part, Channels.topicOf(channel));
  }

  #streamOf(channel: string, node: NodeId): IncomingStream {
    const nodes = this.#streams.get(channel) ?? new Map<NodeId, IncomingStream>();
    this.#streams.set(channel, nodes);
    const stream = nodes.get(node) ?? { node, channel, last: 0, unanswered: 0 };
    nodes.set(node, stream);
    return stream;
  }
}
