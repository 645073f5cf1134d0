// The topics that are open here. When one is opened, or messages may have been missed, it greets the other nodes that have
// it open, which answer with their members. Nodes that owe an answer are asked again.

import type { Receiver } from "../core/bus.ts";
import type { NodeId, TopicName } from "../core/ids.ts";
import { Answers, type Asked } from "./answers.ts";
import type { ClusterContext } from "./context.ts";
import { Greetings } from "./greetings.ts";
import type { KnownNodes } from "./known-nodes.ts";
import { type Batch, hasHello, type StatePart } from "./message.ts";
import { OpenTopic } from "./open-topic.ts";
import type { Outgoing } from "./outgoing.ts";

/** Milliseconds to wait for answers to the first hello of a topic. */
const answerMs = 1000;

/** Milliseconds until a node that does not answer is asked again. */
const askAgainMs = 1000;

/** Most topics that are greeted again or visited in one step, so that a node with many neither blocks nor floods others. */
const topicsPerStep = 1000;

/** A topic whose members on other nodes are not known yet. */
interface Unknown {
  readonly known: Promise<void>;
  readonly settle: () => void;
  /** Until when it is waited for, by the cluster's clock. */
  readonly deadline: number;
}

export class Topics {
  readonly #context: ClusterContext;
  readonly #nodes: KnownNodes;
  readonly #outgoing: Outgoing;
  readonly #topics = new Map<string, OpenTopic>();
  /** Those that have yet to be greeted again. */
  readonly #ungreeted = new Set<OpenTopic>();
  readonly #greetings: Greetings;
  /** Those whose first hello is not answered yet. */
  readonly #unknown = new Map<OpenTopic, Unknown>();
  /** Those in which some node owes an answer. */
  readonly #stale = new Set<OpenTopic>();
  readonly #answers = new Answers((asked) => this.#answer(asked));
  /** Whether the first connection has been made or has failed. Until then topics wait for it. */
  #hasBegun = false;

  constructor(context: ClusterContext, nodes: KnownNodes, outgoing: Outgoing) {
    this.#context = context;
    this.#nodes = nodes;
    this.#outgoing = outgoing;
    this.#greetings = new Greetings(context, outgoing, {
      greeted: (topic) => {
        if (topic.isStale) this.#stale.add(topic);
        if (topic.isAnswered) this.#settle(topic);
      },
      // They are greeted once the carrier is up again.
      unreached: (topic) => this.#settleIfBegun(topic),
    });
  }

  /** Whether those that are opened next should wait. */
  get isLate(): boolean {
    return this.#greetings.isLate;
  }

  get(channel: string): OpenTopic | undefined {
    return this.#topics.get(channel);
  }

  /** As `Link.known` has it. */
  known(channel: string): Promise<void> | undefined {
    const topic = this.#topics.get(channel);
    return topic && this.#unknown.get(topic)?.known;
  }

  open(channel: string, name: TopicName, receiver: Receiver): OpenTopic {
    const topic = new OpenTopic(channel, name, receiver, this.#nodes, this.#outgoing);
    const { promise: known, resolve: settle } = Promise.withResolvers<void>();
    this.#topics.set(channel, topic);
    this.#unknown.set(topic, { known, settle, deadline: this.#context.now() + answerMs });
    this.#greetings.open(topic);
    if (!this.#outgoing.reaches(channel)) this.#settleIfBegun(topic);
    return topic;
  }

  /** This node does not need the topic any more. */
  close(topic: OpenTopic): void {
    const { carrier, channels, node } = this.#context;
    if (!topic.isAlone) this.#outgoing.toAll(topic.channel, { t: "bye" });
    this.#outgoing.inFlight.forget(topic.channel);
    topic.end();
    this.#topics.delete(topic.channel);
    for (const waiting of [this.#ungreeted, this.#greetings, this.#stale]) waiting.delete(topic);
    this.#settle(topic);
    carrier.unsubscribe(channels.ofTopic(topic.channel, node));
  }

  /** All topics are greeted, in turn: messages may have been missed, here or by others. */
  greetAll(): void {
    this.#hasBegun = true;
    this.#greetings.reset();
    for (const topic of this.#topics.values()) this.#ungreeted.add(topic);
    this.step();
  }

  /** The same for one topic; for all if unset. */
  greetAgain(channel?: string): void {
    const topic = channel === undefined ? undefined : this.#topics.get(channel);
    if (topic !== undefined) this.#ungreeted.add(topic);
    else if (channel === undefined) this.greetAll();
  }

  /** Ends the waiting for topics that are out of reach. */
  settleUnreached(): void {
    this.#hasBegun = true;
    for (const topic of this.#unknown.keys())
      if (!this.#outgoing.reaches(topic.channel)) this.#settle(topic);
  }

  /** Does what is due by now. Call it ten times a second. */
  step(): void {
    const now = this.#context.now();
    this.#answers.step();
    for (const [topic, { deadline }] of this.#unknown) if (deadline <= now) this.#settle(topic);
    for (const topic of this.#ungreeted.values().take(topicsPerStep)) {
      this.#ungreeted.delete(topic);
      this.#greetings.add(topic);
    }
    for (const topic of [...this.#stale.values().take(topicsPerStep)]) {
      // It goes to the end of the line, or leaves it.
      this.#stale.delete(topic);
      if (!topic.isStale) continue;
      if (this.#outgoing.reaches(topic.channel)) topic.askStale(now, now - askAgainMs);
      this.#stale.add(topic);
    }
  }

  /** A node is gone or stops: its members have left, those who are announced only if it is gone. */
  nodeGone(node: NodeId, isStopping = false): void {
    for (const channel of [...this.#nodes.topics(node)])
      if (!isStopping || this.#topics.get(channel)?.receiver.isAnnounced !== true)
        this.gone(channel, node, Number.POSITIVE_INFINITY);
  }

  nodeAlive(node: NodeId, epoch: number): void {
    const now = this.#context.now();
    for (const channel of this.#nodes.topics(node)) {
      const topic = this.#topics.get(channel);
      topic?.doubt(node, now, epoch);
      if (topic?.isStale === true) this.#stale.add(topic);
    }
  }

  /** A node asks for the members here. @param re the serial of its hello, if it has said hello */
  asked(channel: string, node: NodeId, re?: number): void {
    if (!this.#context.channels.isTopic(channel)) return;
    if (this.#topics.has(channel)) return this.#answers.take({ channel, node, re });
    const at = this.#outgoing.inFlight.serial(channel);
    this.#outgoing.toNode(node, { t: "gone", c: channel, at, re }, channel);
    this.#outgoing.leaveTopic(channel, node);
  }

  /** @returns bytes of the answer */
  #answer({ channel, node, re }: Asked): number {
    const topic = this.#topics.get(channel);
    // Without a lease the other node would soon take the members for gone. This node says hello once it has one.
    if (topic === undefined || !this.#outgoing.reaches(channel)) return 0;
    const at = this.#outgoing.inFlight.serial(channel);
    const state = { t: "state", c: channel, at, re, m: topic.here } as const;
    return this.#outgoing.inTopic(channel, node, state);
  }

  /** A node tells its members. If the topic is not open here, the node may have missed that it was closed. */
  told(state: StatePart, node: NodeId, epoch: number): void {
    const topic = this.#topics.get(state.c);
    if (topic === undefined) return this.asked(state.c, node);
    // This node has not said the hello that is answered: somebody has in its name.
    if ((state.re ?? 0) > this.#outgoing.inFlight.serial(state.c)) this.greetAgain(state.c);
    topic.state(node, epoch, state, this.#context.now());
    if (topic.isStale) this.#stale.add(topic);
    if (topic.isAnswered) this.#settle(topic);
  }

  /** As `OpenTopic.gone` has it. */
  gone(channel: string, node: NodeId, at: number, re?: number): void {
    const topic = this.#topics.get(channel);
    topic?.gone(node, at, this.#context.now(), re);
    if (topic?.isStale === true) this.#stale.add(topic);
    if (topic?.isAnswered === true) this.#settle(topic);
  }

  /** Nobody listens to a node's inbox for this topic: the node may have closed it. */
  unheard(channel: string, node: NodeId): void {
    const topic = this.#topics.get(channel);
    if (topic === undefined) return;
    topic.doubt(node, this.#context.now());
    this.#stale.add(topic);
  }

  /** A batch has come on a topic's channel. */
  heard(channel: string, batch: Batch): void {
    const topic = this.#topics.get(channel);
    const isNew = topic?.heard(batch, this.#context.now()) ?? true;
    if (topic?.isStale === true) this.#stale.add(topic);
    if (!isNew) return;
    // The topic may be closed by now: a hello may bring a rival, for whom the only member here makes room. The other
    // node waits for an answer all the same.
    if (hasHello(batch)) this.asked(channel, batch.n, batch.s);
  }

  #settleIfBegun(topic: OpenTopic): void {
    if (this.#hasBegun) this.#settle(topic);
  }

  #settle(topic: OpenTopic): void {
    this.#unknown.get(topic)?.settle();
    this.#unknown.delete(topic);
  }
}
