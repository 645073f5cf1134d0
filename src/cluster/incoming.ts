// What other nodes say, and where it goes: to the topics that are open here, to what is under way, or to a member
// here. What is said to this node alone is taken once, in the order of its numbers; those who wait are told what
// has come, what was lost on the way, and what failed here.

import type { NodeId } from "../core/ids.ts";
import { isFailed, type Outcome } from "../core/outcome.ts";
import { Channels } from "./channels.ts";
import type { ClusterContext } from "./context.ts";
import type { Control } from "./control.ts";
import type { KnownNodes } from "./known-nodes.ts";
import type { Lease } from "./lease.ts";
import {
  type Batch,
  type ControlPart,
  headOf,
  majorVersion,
  type NodePart,
  type PresencePart,
  type RelayPart,
} from "./message.ts";
import type { Outgoing } from "./outgoing.ts";
import { readBatch } from "./read-batch.ts";
import type { Topics } from "./topics.ts";

/** Batches of one sender after which its node is told at once what has come. */
const maxUnanswered = 64;

/** What one node says to this one on one channel. */
interface IncomingStream {
  readonly node: NodeId;
  readonly channel: string;
  /** The number of its last batch. */
  last: number;
  /** Batches that the node waits to hear of. */
  unanswered: number;
}

export class Incoming {
  readonly #context: ClusterContext;
  readonly #head: string;
  readonly #nodes: KnownNodes;
  readonly #topics: Topics;
  readonly #control: Control;
  readonly #outgoing: Outgoing;
  readonly #lease: Lease;
  /** By channel and node. */
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
    this.#head = headOf(context.node);
    this.#nodes = nodes;
    this.#topics = topics;
    this.#control = control;
    this.#outgoing = outgoing;
    this.#lease = lease;
  }

  /** A message has come. */
  hear(channel: string, text: string): void {
    // All nodes that have a topic open hear its channel, the one that speaks too.
    if (text.startsWith(this.#head)) return;
    const batch = readBatch(text);
    const { node, channels, fault } = this.#context;
    if (batch === undefined || batch.n === node) return;
    if (batch.v !== majorVersion) return this.#nodes.ofOtherVersion(batch.n, batch.v);
    if (!this.#nodes.heard(batch.n)) return;
    try {
      if (channels.isTopic(channel)) this.#topics.heard(channel, batch);
      else if (channel !== channels.nodes) this.#receive(channel, batch);
      else for (const part of batch.b as readonly PresencePart[]) this.#control.take(batch.n, part);
    } catch (thrown) {
      fault(thrown);
    }
  }

  /** To be called some ten times a second: tells those who wait what has come. */
  answer(): void {
    for (const stream of this.#unanswered) this.#answer(stream);
  }

  /** That node is gone: whatever it says when it is back is new. */
  forgetNode(node: NodeId): void {
    for (const [channel, nodes] of this.#streams) {
      const stream = nodes.get(node);
      if (stream === undefined) continue;
      this.#unanswered.delete(stream);
      nodes.delete(node);
      if (nodes.size === 0) this.#streams.delete(channel);
    }
  }

  /** That channel is not listened to any more; who waits is told what has come by it. */
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
    // Closed a moment ago: nobody else would forget what has come by its inbox.
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
    this.#unanswered.add(stream);
    if (++stream.unanswered >= maxUnanswered) this.#answer(stream);
  }

  /**
   * A batch whose number is not above the last: it was overtaken; or the last number was forged, which its node
   * alone can say.
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

  #deliver(node: NodeId, { c, to, f: frame }: RelayPart): Outcome {
    const topic = this.#topics.get(c);
    if (topic === undefined) return "absent";
    // What came while this node was suspended was given up by its sender; and so it is by the others if
    // they are gone for this node.
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
   * Whether this node has said as much to an inbox as its node takes it to have. If not, somebody else has in its
   * name, and the other node does not hear it any more until it is told the true number.
   */
  #isTrue(node: NodeId, inbox: string, serial: number): boolean {
    const last = this.#outgoing.inFlight.serial(inbox);
    if (serial <= last) return true;
    const topic = Channels.topicOf(inbox);
    this.#outgoing.giveUp(node, topic);
    this.#outgoing.toNode(node, { t: "last", c: inbox, s: last }, topic);
    return false;
  }

  /** A node says what the number of its last batch on a channel is. */
  #correct(node: NodeId, channel: string, serial: number): void {
    const stream = this.#streams.get(channel)?.get(node);
    if (stream === undefined || stream.last <= serial) return;
    stream.last = serial;
    const topic = Channels.topicOf(channel);
    this.#outgoing.giveUp(node, topic);
    this.#topics.greetAgain(topic);
  }

  /** Something that a node has said is lost: perhaps that a relay has failed, in any topic or in that one. */
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
