// What other nodes say to this one alone: each batch is taken once, in the order of its number; relays are
// delivered, and their senders' nodes are told what came, what was lost on the way, and what failed here.

import type { NodeId } from "../core/ids.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Batch, NodePart, RelayPart } from "./message.ts";

/** What the inbox does with what it takes. */
export interface Taking {
  /** Delivers to a member here. */
  relay(from: NodeId, part: RelayPart): Outcome;
  /** Any other part. */
  other(batch: Batch, part: NodePart): void;
  /** Something that a node has said on a channel is lost. */
  missed(node: NodeId, channel: string): void;
  /** Says something to a node, about no topic. */
  answer(node: NodeId, part: NodePart): void;
}

/** Batches of one sender after which its node is told at once what has come. */
const maxUnanswered = 64;

/** What one node has said on one channel. */
interface Heard {
  readonly node: NodeId;
  readonly channel: string;
  /** The number of its last batch. */
  last: number;
  /** Batches that it waits to hear of. */
  unanswered: number;
}

export class Inbox {
  readonly #taking: Taking;
  /** By channel and node. */
  readonly #heard = new Map<string, Map<NodeId, Heard>>();
  readonly #unanswered = new Set<Heard>();

  constructor(taking: Taking) {
    this.#taking = taking;
  }

  receive(channel: string, batch: Batch): void {
    const { n: node, s: serial } = batch;
    const heard = this.#heardOf(node, channel);
    if (serial <= heard.last) return;
    const before = batch.f === 1 ? 0 : serial - 1;
    if (before !== heard.last) {
      this.#taking.missed(node, channel);
      this.#taking.answer(node, { t: "lost", c: channel, after: heard.last, s: serial });
    }
    heard.last = serial;
    if (this.#take(batch, channel)) this.#expectAnswer(heard);
  }

  /** Tells those who wait what has come. */
  answer(): void {
    for (const heard of this.#unanswered) this.#answer(heard);
  }

  /** That node is gone: whatever it says when it is back is new. */
  forgetNode(node: NodeId): void {
    for (const [channel, nodes] of this.#heard) {
      const heard = nodes.get(node);
      if (heard === undefined) continue;
      this.#unanswered.delete(heard);
      nodes.delete(node);
      if (nodes.size === 0) this.#heard.delete(channel);
    }
  }

  /** That channel is not listened to any more; who waits is told what has come by it. */
  forgetChannel(channel: string): void {
    for (const heard of this.#heard.get(channel)?.values() ?? [])
      if (heard.unanswered > 0) this.#answer(heard);
    this.#heard.delete(channel);
  }

  #heardOf(node: NodeId, channel: string): Heard {
    const nodes = this.#heard.get(channel) ?? new Map<NodeId, Heard>();
    this.#heard.set(channel, nodes);
    const heard = nodes.get(node) ?? { node, channel, last: 0, unanswered: 0 };
    nodes.set(node, heard);
    return heard;
  }

  /** @returns whether the sender waits for an answer */
  #take(batch: Batch, channel: string): boolean {
    let index = 0;
    for (const part of batch.b as readonly NodePart[]) {
      if (part.t === "relay") this.#relay(batch, channel, part, index++);
      else this.#taking.other(batch, part);
    }
    return index > 0;
  }

  #relay({ n, s }: Batch, channel: string, part: RelayPart, index: number): void {
    const outcome = this.#taking.relay(n, part);
    if (outcome === "absent" || outcome === "dropped")
      this.#taking.answer(n, { t: "failed", c: channel, s, i: index, o: outcome });
  }

  #expectAnswer(heard: Heard): void {
    this.#unanswered.add(heard);
    if (++heard.unanswered >= maxUnanswered) this.#answer(heard);
  }

  #answer(heard: Heard): void {
    heard.unanswered = 0;
    this.#unanswered.delete(heard);
    this.#taking.answer(heard.node, { t: "got", c: heard.channel, s: heard.last });
  }
}
