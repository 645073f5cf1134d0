// What other nodes say to this one alone: each batch is taken once, in the order of its number; relays are
// delivered, and their senders' nodes are told what came, what was lost on the way, and what failed here.

import type { Outcome } from "../core/hub.ts";
import type { NodeId } from "../core/ids.ts";
import type { Batch, NodePart, RelayPart } from "./message.ts";

/** What the inbox does with what it takes. */
export interface Taking {
  /** Delivers to a member here. */
  relay(from: NodeId, part: RelayPart): Outcome;
  /** Any other part. */
  other(batch: Batch, part: NodePart): void;
  /** Something that this node has said is lost: perhaps that a relay to it has failed. */
  missed(node: NodeId): void;
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
  readonly #heard = new Map<string, Heard>();
  readonly #unanswered = new Set<Heard>();

  constructor(taking: Taking) {
    this.#taking = taking;
  }

  receive(channel: string, batch: Batch): void {
    const { n: node, s: serial } = batch;
    const key = `${node} ${channel}`;
    const heard = this.#heard.get(key) ?? { node, channel, last: 0, unanswered: 0 };
    if (serial <= heard.last) return;
    this.#heard.set(key, heard);
    if (serial > heard.last + 1) {
      this.#taking.missed(node);
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
    this.#forget((heard) => heard.node === node);
  }

  /** That channel is not listened to any more. */
  forgetChannel(channel: string): void {
    this.#forget((heard) => heard.channel === channel);
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

  #forget(isForgotten: (heard: Heard) => boolean): void {
    for (const [key, heard] of this.#heard)
      if (isForgotten(heard)) {
        this.#heard.delete(key);
        this.#unanswered.delete(heard);
      }
  }
}
