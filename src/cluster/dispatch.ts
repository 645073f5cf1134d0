// What other nodes say, and where it goes: to the topics that are open here, to what is under way, or to a
// member here.

import type { NodeId } from "../core/ids.ts";
import type { Outcome } from "../core/outcome.ts";
import { Channels } from "./channels.ts";
import { Inbox } from "./inbox.ts";
import {
  type Batch,
  headOf,
  majorVersion,
  type NodePart,
  type RelayPart,
  readBatch,
} from "./message.ts";
import type { Shared } from "./remote-link.ts";
import { type ClusterLog, Strangers } from "./strangers.ts";

interface Around {
  /** Whether this node stood still for so long that others may have given it up, and hears of that time. */
  isLate(): boolean;
  /** A node of this version has said something. */
  spoke(node: NodeId): void;
}

export class Hearing {
  readonly #head: string;
  readonly #shared: Shared;
  readonly #inbox: Inbox;
  readonly #strangers: Strangers;
  readonly #around: Around;

  constructor(node: NodeId, shared: Shared, log: ClusterLog, around: Around) {
    const { channels, outgoing, relays, wayTo } = shared;
    this.#head = headOf(node);
    this.#shared = shared;
    this.#strangers = new Strangers(log);
    this.#around = around;
    this.#inbox = new Inbox({
      relay: (from, part) => this.#relay(from, part),
      other: (batch, part) => this.#take(batch, part),
      missed: (other, channel) => {
        // Perhaps that a relay has failed: in any topic, or in that one.
        const topic = channels.partsOf(channel)?.topic;
        const inbox = topic === undefined ? undefined : channels.inbox(topic, other);
        relays.giveUp((to, at) => at === other && (inbox === undefined || to === inbox));
      },
      answer: (other, part) => {
        const topic = channels.partsOf(part.c)?.topic;
        outgoing.toNode(topic === undefined ? channels.node(other) : wayTo(other, topic), part);
      },
    });
  }

  hear(channel: string, text: string): void {
    // All nodes that have a topic open hear its channel, the one that speaks too.
    if (text.startsWith(this.#head)) return;
    const batch = readBatch(text);
    if (batch === undefined) return;
    if (batch.v !== majorVersion) return this.#strangers.met(batch);
    this.#around.spoke(batch.n);
    if (Channels.isTopic(channel)) this.#shared.topics.heard(channel, batch);
    else this.#receive(channel, batch);
  }

  /** To be called some ten times a second: those who wait are told what has come. */
  answer(): void {
    this.#inbox.answer();
  }

  /** That channel is not listened to any more. */
  forgetChannel(channel: string): void {
    this.#inbox.forgetChannel(channel);
  }

  /** That node is gone: whatever it says when it is back is new. */
  forgetNode(node: NodeId): void {
    this.#inbox.forgetNode(node);
  }

  #receive(channel: string, batch: Batch): void {
    const { channels, topics } = this.#shared;
    this.#inbox.receive(channel, batch);
    const topic = channels.partsOf(channel)?.topic;
    // Closed a moment ago: nobody else would forget what has come by its inbox.
    if (topic !== undefined && topics.get(topic) === undefined) this.forgetChannel(channel);
  }

  #relay(node: NodeId, { c, to, f: frame }: RelayPart): Outcome {
    const topic = this.#shared.topics.get(c);
    if (topic === undefined) return "absent";
    // What came while this node was suspended was given up by its sender; and so it is by the others if
    // they are gone for this node.
    if (this.#around.isLate() || !topic.hasNode(node)) return "dropped";
    return topic.receiver.remoteRelay(topic.name, to, frame);
  }

  #take({ n: node, e: epoch }: Batch, part: NodePart): void {
    const { topics, relays } = this.#shared;
    switch (part.t) {
      case "ask":
        return topics.asked(part.c, node);
      case "state":
        return topics.told(part, node, epoch);
      case "gone":
        return topics.get(part.c)?.gone(node, part.at, part.re);
      case "got":
        return relays.got(part.c, part.s);
      case "lost":
        return relays.lost(part.c, part.after, part.s);
      case "failed":
        return relays.failed(part.c, part.s, part.i, part.o);
      default:
    }
  }
}
