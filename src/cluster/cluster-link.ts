// What one hub tells the other nodes: the members of its topics that are here, broadcasts, and relays.

import type { Claim, Link, Receiver, Relay } from "../core/bus.ts";
import type { MemberId, NodeId, TopicName } from "../core/ids.ts";
import type { Claims } from "./claims.ts";
import type { ClusterContext } from "./context.ts";
import { GuardedReceiver } from "./faults.ts";
import type { Incoming } from "./incoming.ts";
import type { TopicPart } from "./message.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Topics } from "./topics.ts";

/** What the links of a node share. */
interface LinkParts {
  readonly context: ClusterContext;
  readonly topics: Topics;
  readonly outgoing: Outgoing;
  readonly incoming: Incoming;
  readonly claims: Claims;
}

export class ClusterLink implements Link {
  readonly isAlone = false;
  readonly #parts: LinkParts;
  readonly #namespace: string;
  readonly #receiver: Receiver;

  constructor(parts: LinkParts, namespace: string, receiver: Receiver) {
    const { fault } = parts.context;
    this.#parts = parts;
    this.#namespace = namespace;
    this.#receiver = new GuardedReceiver(receiver, fault);
  }

  open(name: TopicName): void {
    this.#parts.topics.open(this.#channel(name), name, this.#receiver);
  }

  close(name: TopicName): void {
    const { context, topics, incoming } = this.#parts;
    const topic = this.#topic(name);
    if (topic === undefined) return;
    topics.close(topic);
    const inbox = context.channels.ownInbox(topic.channel, context.node);
    if (inbox !== undefined) incoming.forgetChannel(inbox);
  }

  known(name: TopicName): Promise<void> | undefined {
    return this.#parts.topics.known(this.#channel(name));
  }

  claim(name: TopicName, proof: string): Claim | Promise<Claim | "taken"> {
    return this.#parts.claims.claim(this.#claimKey(name), name, proof, this.#receiver);
  }

  joined(name: TopicName, id: MemberId, info: unknown): void {
    this.#tell(name, { t: "joined", id, info });
  }

  updated(name: TopicName, id: MemberId, info: unknown): void {
    this.#tell(name, { t: "updated", id, info });
  }

  left(name: TopicName, id: MemberId): void {
    this.#tell(name, { t: "left", id });
    // Another node may hold the same id.
    this.#topic(name)?.members.show(id);
    this.#parts.claims.left(this.#claimKey(name));
  }

  relay(name: TopicName, node: NodeId, relay: Relay): "sent" | "dropped" {
    const topic = this.#topic(name);
    if (topic?.hasNode(node) !== true) return "dropped";
    return this.#parts.outgoing.relay(topic.channel, node, relay);
  }

  broadcast(name: TopicName, frame: string): void {
    this.#tell(name, { t: "broadcast", f: frame });
  }

  /** Whoever opens the topic later is told of everything then. */
  #tell(name: TopicName, part: TopicPart): void {
    const { outgoing } = this.#parts;
    const topic = this.#topic(name);
    if (topic === undefined || topic.isAlone || !outgoing.reaches(topic.channel)) return;
    outgoing.toTopic(topic.channel, part);
  }

  #topic(name: TopicName) {
    return this.#parts.topics.get(this.#channel(name));
  }

  #channel(name: TopicName): string {
    return this.#parts.context.channels.topic(this.#namespace, name);
  }

  #claimKey(name: TopicName): string {
    return this.#parts.context.channels.claim(this.#namespace, name);
  }
}
