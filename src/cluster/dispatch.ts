// What other nodes say, and where it goes: to the topics that are open here, to what is under way, or to a
// member here.

import type { NodeId } from "../core/ids.ts";
import { isFailed, type Outcome } from "../core/outcome.ts";
import { Channels } from "./channels.ts";
import type { InFlight } from "./in-flight.ts";
import type { Inbox } from "./inbox.ts";
import type { KnownNodes } from "./known-nodes.ts";
import {
  type Batch,
  headOf,
  majorVersion,
  type NodePart,
  type RelayPart,
  readBatch,
} from "./message.ts";
import type { Topics } from "./topics.ts";

export class Dispatch {
  readonly #head: string;
  readonly #channels: Channels;
  readonly #nodes: KnownNodes;
  readonly #topics: Topics;
  readonly #inbox: Inbox;
  readonly #inFlight: InFlight;
  readonly #isLate: () => boolean;

  /** @param isLate whether this node stood still for so long that others may have given it up */
  constructor(
    { node, channels }: { readonly node: NodeId; readonly channels: Channels },
    nodes: KnownNodes,
    topics: Topics,
    inbox: Inbox,
    inFlight: InFlight,
    isLate: () => boolean,
  ) {
    this.#head = headOf(node);
    this.#channels = channels;
    this.#nodes = nodes;
    this.#topics = topics;
    this.#inbox = inbox;
    this.#inFlight = inFlight;
    this.#isLate = isLate;
  }

  hear(channel: string, text: string): void {
    // All nodes that have a topic open hear its channel, the one that speaks too.
    if (text.startsWith(this.#head)) return;
    const batch = readBatch(text);
    if (batch === undefined) return;
    if (batch.v !== majorVersion) return this.#nodes.ofOtherVersion(batch);
    this.#nodes.heard(batch.n);
    if (Channels.isTopic(channel)) this.#topics.heard(channel, batch);
    else this.#receive(channel, batch);
  }

  #receive(channel: string, batch: Batch): void {
    if (this.#inbox.take(channel, batch)) {
      let relays = 0;
      for (const part of batch.b as readonly NodePart[])
        if (part.t === "relay") this.#relay(channel, batch, part, relays++);
        else this.#take(batch, part);
      if (relays > 0) this.#inbox.relayed(channel, batch.n);
    }
    const topic = this.#channels.partsOf(channel)?.topic;
    // Closed a moment ago: nobody else would forget what has come by its inbox.
    if (topic !== undefined && this.#topics.get(topic) === undefined)
      this.#inbox.forgetChannel(channel);
  }

  #relay(channel: string, batch: Batch, part: RelayPart, index: number): void {
    const outcome = this.#deliver(batch.n, part);
    if (isFailed(outcome)) this.#inbox.failed(channel, batch, index, outcome);
  }

  #deliver(node: NodeId, { c, to, f: frame }: RelayPart): Outcome {
    const topic = this.#topics.get(c);
    if (topic === undefined) return "absent";
    // What came while this node was suspended was given up by its sender; and so it is by the others if
    // they are gone for this node.
    if (this.#isLate() || !topic.hasNode(node)) return "dropped";
    return topic.receiver.remoteRelay(topic.name, to, frame);
  }

  #take({ n: node, e: epoch }: Batch, part: NodePart): void {
    const topics = this.#topics;
    const inFlight = this.#inFlight;
    switch (part.t) {
      case "ask":
        return topics.asked(part.c, node);
      case "state":
        return topics.told(part, node, epoch);
      case "gone":
        return topics.gone(part.c, node, part.at, part.re);
      case "got":
        return inFlight.got(part.c, part.s);
      case "lost":
        return inFlight.lost(part.c, part.after, part.s);
      case "failed":
        return inFlight.failed(part.c, part.s, part.i, part.o);
      default:
    }
  }
}
