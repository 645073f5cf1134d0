// The topics that are open here, and what keeps them up to date: a hello to the others when a topic is
// opened or something may have been missed, an answer to theirs, and questions to nodes that owe an answer.

import type { Receiver } from "../core/bus.ts";
import type { NodeId, TopicName } from "../core/ids.ts";
import type { Carrier } from "./carrier.ts";
import type { Channels } from "./channels.ts";
import { type Batch, hasHello, type StatePart } from "./message.ts";
import { Met } from "./met.ts";
import { OpenTopic } from "./open-topic.ts";
import type { Outgoing } from "./outgoing.ts";

/** Milliseconds that a topic waits for answers to its first hello. */
const answerMs = 1000;

/** Milliseconds between two questions to a node that does not answer. */
const askAgainMs = 1000;

/**
 * Topics that are greeted or looked at in one step, so that a node with many neither blocks nor floods the
 * others when it comes back: 10,000 a second.
 */
const topicsPerStep = 1000;

export interface Surroundings {
  readonly node: NodeId;
  readonly carrier: Carrier;
  readonly channels: Channels;
  readonly outgoing: Outgoing;
  /** Milliseconds, on the cluster's clock. */
  readonly now: () => number;
  /** Whether what is said on a channel would get through by now. */
  readonly reaches: (channel: string) => boolean;
  /** As in `Shared`. */
  readonly wayTo: (node: NodeId, topicChannel: string) => string;
  /** An inbox is not listened to any more. */
  readonly forgetInbox: (channel: string) => void;
}

export class Topics {
  readonly #around: Surroundings;
  readonly #topics = new Map<string, OpenTopic>();
  readonly #met = new Met();
  /** Those that wait for their turn to be greeted. */
  readonly #ungreeted = new Set<OpenTopic>();
  /** Those that somebody waits for. */
  readonly #unknown = new Set<OpenTopic>();
  /** Those of which a node may have to be asked. */
  readonly #stale = new Set<OpenTopic>();
  /** False until the first connection was made, or failed: so long, topics wait for it. */
  #hasBegun = false;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** The nodes that have, or had, some of the topics open too, and are not known to be gone. */
  get nodes(): Iterable<NodeId> {
    return this.#met.nodes;
  }

  get(channel: string): OpenTopic | undefined {
    return this.#topics.get(channel);
  }

  open(channel: string, name: TopicName, receiver: Receiver): void {
    const { carrier, channels, node, now } = this.#around;
    const topic: OpenTopic = new OpenTopic(channel, name, receiver, now() + answerMs, {
      ask: (other) => this.#ask(topic, other),
      // By then it may be closed: who greets may bring a rival, for whom the only member here makes room.
      tellState: (other, hello) => this.asked(channel, other, hello),
      met: (other) => this.#met.add(other, topic),
      parted: (other) => this.#parted(topic, other),
    });
    this.#topics.set(channel, topic);
    this.#unknown.add(topic);
    const subscribing = carrier.subscribe(channels.ofTopic(channel, node)).finally(() => {
      topic.isSubscribing = false;
    });
    subscribing.then(
      () => this.#greet(topic),
      // It is greeted once the carrier is up again.
      () => this.#settleIfBegun(topic),
    );
    if (!this.#around.reaches(channel)) this.#settleIfBegun(topic);
  }

  /** Nobody here has an interest in it any more. */
  close(topic: OpenTopic): void {
    const { carrier, channels, node, outgoing, forgetInbox } = this.#around;
    if (!topic.isAlone) outgoing.toTopic(topic.channel, { t: "bye" });
    outgoing.forget(topic.channel);
    topic.end();
    this.#topics.delete(topic.channel);
    for (const set of [this.#ungreeted, this.#unknown, this.#stale]) set.delete(topic);
    carrier.unsubscribe(channels.ofTopic(topic.channel, node));
    const inbox = channels.ownInbox(topic.channel, node);
    if (inbox !== undefined) forgetInbox(inbox);
  }

  /** Something may have been missed, or this node may have been: all topics are greeted, in turn. */
  greetAll(): void {
    this.#hasBegun = true;
    for (const topic of this.#topics.values()) this.#ungreeted.add(topic);
    this.step();
  }

  /** Nobody is to wait for others where they cannot be reached. */
  settleUnreached(): void {
    this.#hasBegun = true;
    for (const topic of this.#unknown)
      if (!this.#around.reaches(topic.channel)) this.#settle(topic);
  }

  /** To be called some ten times a second. */
  step(): void {
    const now = this.#around.now();
    for (const topic of this.#unknown)
      if (topic.known === undefined || topic.deadline <= now) this.#settle(topic);
    for (const topic of this.#ungreeted.values().take(topicsPerStep)) this.#greet(topic);
    for (const topic of [...this.#stale.values().take(topicsPerStep)]) {
      // To the end of the line, or out of it.
      this.#stale.delete(topic);
      if (!topic.isStale) continue;
      if (this.#around.reaches(topic.channel)) topic.askStale(now, now - askAgainMs);
      this.#stale.add(topic);
    }
  }

  /** A node is gone, with all its members. */
  nodeGone(node: NodeId): void {
    for (const topic of [...this.#met.topics(node)]) topic.gone(node, Number.POSITIVE_INFINITY);
    this.#met.forget(node);
    this.#around.outgoing.forget(this.#around.channels.node(node));
  }

  nodeAlive(node: NodeId, epoch: number): void {
    const now = this.#around.now();
    for (const topic of this.#met.topics(node)) topic.epochSeen(node, epoch, now);
  }

  /** A node asks for the members here. @param re the number of the batch, if it was a hello that asks */
  asked(channel: string, node: NodeId, re?: number): void {
    const { outgoing, wayTo } = this.#around;
    const topic = this.#topics.get(channel);
    if (topic !== undefined) return this.#tellState(topic, node, re);
    const at = outgoing.serial(channel);
    this.#met.add(node);
    outgoing.toNode(wayTo(node, channel), { t: "gone", c: channel, at, re });
  }

  /** A node tells its members. If the topic was closed here meanwhile, the node may have missed that. */
  told(state: StatePart, node: NodeId, epoch: number): void {
    const topic = this.#topics.get(state.c);
    if (topic !== undefined) topic.state(node, epoch, state);
    else this.asked(state.c, node);
  }

  /** What was said to a node's inbox reached nobody: where it is a topic's own, the topic may be closed there. */
  unheard(inbox: string): void {
    const { topic = "", node } = this.#around.channels.partsOf(inbox) ?? {};
    if (node !== undefined) this.#topics.get(topic)?.doubt(node, this.#around.now());
  }

  /** Something was said on a topic's channel. */
  heard(channel: string, batch: Batch): void {
    const topic = this.#topics.get(channel);
    if (topic !== undefined) topic.heard(batch, this.#around.now());
    // Closed a moment ago: who greets waits for an answer.
    else if (hasHello(batch)) this.asked(channel, batch.n, batch.s);
  }

  #greet(topic: OpenTopic): void {
    this.#ungreeted.delete(topic);
    const isOpen = this.#topics.get(topic.channel) === topic;
    if (!isOpen || topic.isSubscribing || !this.#around.reaches(topic.channel)) return;
    const { outgoing, now } = this.#around;
    const part = { t: "hello", m: topic.here } as const;
    const hello = outgoing.toTopic(topic.channel, part, (receivers) => {
      topic.greeted(hello, receivers - 1);
    });
    topic.greet(hello, now());
    this.#stale.add(topic);
  }

  #settleIfBegun(topic: OpenTopic): void {
    if (this.#hasBegun) this.#settle(topic);
  }

  #settle(topic: OpenTopic): void {
    topic.settle();
    this.#unknown.delete(topic);
  }

  #ask(topic: OpenTopic, node: NodeId): void {
    const { outgoing, wayTo } = this.#around;
    this.#stale.add(topic);
    // The topic's inbox is not there any more if the other has closed the topic.
    outgoing.toNode(wayTo(node, topic.channel), { t: "ask", c: topic.channel });
  }

  #tellState(topic: OpenTopic, node: NodeId, re?: number): void {
    const { outgoing, channels, reaches } = this.#around;
    const { channel: c, here: m } = topic;
    // Without a lease its members would be given up again: it greets once it has one.
    if (!reaches(c)) return;
    const at = outgoing.serial(c);
    outgoing.toNode(channels.inbox(c, node), { t: "state", c, at, re, m });
  }

  #parted(topic: OpenTopic, node: NodeId): void {
    const { channels, outgoing } = this.#around;
    this.#met.delete(node, topic);
    const inbox = channels.ownInbox(topic.channel, node);
    if (inbox !== undefined) outgoing.forget(inbox);
  }
}
