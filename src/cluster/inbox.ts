// The batches that other nodes say to this one alone. Each is taken once, in the order of its number, and those
// who wait are told what has come, what was lost on the way, and what failed here.

import type { NodeId } from "../core/ids.ts";
import type { FailedOutcome } from "../core/outcome.ts";
import type { Channels } from "./channels.ts";
import type { InFlight } from "./in-flight.ts";
import type { Batch } from "./message.ts";
import type { Outgoing } from "./outgoing.ts";

/** Batches of one sender after which its node is told at once what has come. */
const maxUnanswered = 64;

/** What one node says on one channel. */
interface IncomingStream {
  readonly node: NodeId;
  readonly channel: string;
  /** The number of its last batch. */
  last: number;
  /** Batches that the node waits to hear of. */
  unanswered: number;
}

export class Inbox {
  readonly #channels: Channels;
  readonly #outgoing: Outgoing;
  readonly #inFlight: InFlight;
  /** By channel and node. */
  readonly #streams = new Map<string, Map<NodeId, IncomingStream>>();
  readonly #unanswered = new Set<IncomingStream>();

  constructor(channels: Channels, outgoing: Outgoing, inFlight: InFlight) {
    this.#channels = channels;
    this.#outgoing = outgoing;
    this.#inFlight = inFlight;
  }

  /** @returns whether a batch is to be taken: not if it, or a later one, was taken before */
  take(channel: string, { n: node, s: serial, f: isFirst }: Batch): boolean {
    const stream = this.#streamOf(channel, node);
    if (serial <= stream.last) return false;
    const before = isFirst === 1 ? 0 : serial - 1;
    if (before !== stream.last) {
      this.#missed(node, channel);
      const lost = { t: "lost", c: channel, after: stream.last, s: serial } as const;
      this.#outgoing.toNode(node, lost, this.#topicOf(channel));
    }
    stream.last = serial;
    return true;
  }

  /** The last batch of a node on a channel had relays: it waits for an answer. */
  relayed(channel: string, node: NodeId): void {
    const stream = this.#streamOf(channel, node);
    this.#unanswered.add(stream);
    if (++stream.unanswered >= maxUnanswered) this.#answer(stream);
  }

  /** The relay of that index in a batch has failed here. */
  failed(channel: string, { n: node, s }: Batch, index: number, outcome: FailedOutcome): void {
    const failed = { t: "failed", c: channel, s, i: index, o: outcome } as const;
    this.#outgoing.toNode(node, failed, this.#topicOf(channel));
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

  #streamOf(channel: string, node: NodeId): IncomingStream {
    const nodes = this.#streams.get(channel) ?? new Map<NodeId, IncomingStream>();
    this.#streams.set(channel, nodes);
    const stream = nodes.get(node) ?? { node, channel, last: 0, unanswered: 0 };
    nodes.set(node, stream);
    return stream;
  }

  /** Something that a node has said is lost: perhaps that a relay has failed, in any topic or in that one. */
  #missed(node: NodeId, channel: string): void {
    const topic = this.#topicOf(channel);
    const inbox = topic === undefined ? undefined : this.#channels.inbox(topic, node);
    this.#inFlight.giveUp((to, at) => at === node && (inbox === undefined || to === inbox));
  }

  #answer(stream: IncomingStream): void {
    const { node, channel, last } = stream;
    stream.unanswered = 0;
    this.#unanswered.delete(stream);
    this.#outgoing.toNode(node, { t: "got", c: channel, s: last }, this.#topicOf(channel));
  }

  /** Of an inbox that is for one topic alone: its channel. */
  #topicOf(channel: string): string | undefined {
    return this.#channels.partsOf(channel)?.topic;
  }
}
