// One topic that is open here, as it is on the other nodes: who of them has it open, with which members,
// and whether that is up to date. A node tells of changes in numbered batches; where one is missing, or
// this node may have missed some, the other is asked for its members, and only differences are passed on.

import type { Receiver } from "../core/bus.ts";
import type { NodeId, TopicName } from "../core/ids.ts";
import type { KnownNodes } from "./known-nodes.ts";
import type { Batch, StatePart, ToldMember, TopicPart } from "./message.ts";
import type { Outgoing } from "./outgoing.ts";
import { RemoteMembers } from "./remote-members.ts";

/** Answers to one hello that are counted: more nodes than can meet. */
const maxAnswers = 4096;

/** Another node that has the topic open. */
interface Remote {
  /** The number of its last batch on the topic's channel. */
  last: number;
  epoch: number;
  /** Something may be missing: until its answer comes, what it says of members is not looked at. */
  isStale: boolean;
  /** When it was last asked, by the cluster's clock. */
  askedAt: number;
}

interface Greeting {
  /** The number of its batch. */
  readonly hello: number;
  /** How many other nodes got it, when that is known. */
  reached: number | undefined;
  readonly answered: Set<NodeId>;
}

export class OpenTopic {
  readonly channel: string;
  readonly name: TopicName;
  readonly receiver: Receiver;
  /** Those on the other nodes. */
  readonly members: RemoteMembers;
  /** So long a hello would be too early: this node would not hear the answers, nor be counted. */
  isSubscribing = true;
  readonly #nodes: KnownNodes;
  readonly #outgoing: Outgoing;
  readonly #remotes = new Map<NodeId, Remote>();
  /** The last hello, until everybody who got it has answered. */
  #greeting: Greeting | undefined;
  #hasGreeted = false;

  constructor(
    channel: string,
    name: TopicName,
    receiver: Receiver,
    nodes: KnownNodes,
    outgoing: Outgoing,
  ) {
    this.channel = channel;
    this.name = name;
    this.receiver = receiver;
    this.#nodes = nodes;
    this.#outgoing = outgoing;
    this.members = new RemoteMembers(name, receiver, nodes);
  }

  /** The members on this node. */
  get here(): readonly ToldMember[] {
    return Array.from(this.receiver.local(this.name), ({ id, info }) => ({ id, info }));
  }

  /** Whether some of the remotes have to be asked. */
  get isStale(): boolean {
    for (const { isStale } of this.#remotes.values()) if (isStale) return true;
    return false;
  }

  /** Whether everybody who got the last hello has answered. */
  get isAnswered(): boolean {
    return this.#hasGreeted && this.#greeting === undefined;
  }

  /** Whether no other node can have an interest: what is published would reach nobody. */
  get isAlone(): boolean {
    return this.#remotes.size === 0 && this.#greeting === undefined;
  }

  hasNode(node: NodeId): boolean {
    return this.#remotes.has(node);
  }

  /** A hello is being said, in this batch: what came before may be missing. */
  greet(hello: number, now: number): void {
    this.#hasGreeted = true;
    this.#greeting = { hello, reached: undefined, answered: new Set() };
    for (const remote of this.#remotes.values()) {
      remote.isStale = true;
      remote.askedAt = now;
    }
  }

  /** So many other nodes got the hello in this batch. */
  greeted(hello: number, count: number): void {
    const greeting = this.#greeting;
    if (greeting?.hello !== hello) return;
    greeting.reached = count;
    this.#endGreeting(greeting);
  }

  /** Asks those that are stale, unless they were asked since `before`. */
  askStale(now: number, before: number): void {
    for (const [node, remote] of this.#remotes)
      if (remote.isStale && remote.askedAt <= before) this.#ask(node, remote, now);
  }

  /**
   * Something was published on the topic's channel.
   * @returns whether it was new
   */
  heard({ n, e, s, b }: Batch, now: number): boolean {
    const known = this.#remotes.get(n);
    if (known !== undefined && s <= known.last) {
      // It was overtaken; or the last number was forged.
      this.doubt(n, now);
      return false;
    }
    const remote = known ?? this.#meet(n);
    const isGap = known === undefined || s !== known.last + 1 || e !== known.epoch;
    remote.last = s;
    remote.epoch = e;
    if (isGap) remote.isStale = true;
    for (const part of b as readonly TopicPart[]) this.#take(n, part);
    const after = this.#remotes.get(n);
    if (isGap && after?.isStale === true) this.#ask(n, after, now);
    return true;
  }

  /** A node has told its members, as of the batch `at`, in answer to the hello in the batch `re`, if to one. */
  state(node: NodeId, epoch: number, { at, re, m: members }: StatePart, now: number): void {
    const remote = this.#remotes.get(node) ?? this.#meet(node);
    if (at >= remote.last) {
      remote.last = at;
      remote.epoch = epoch;
      remote.isStale = false;
      this.members.replace(node, members);
    } else if (remote.isStale) {
      // A batch after the answer has overtaken it, or the last number was forged: another answer is due.
      remote.last = at;
      this.#ask(node, remote, now);
    }
    this.#answeredBy(node, re);
  }

  /**
   * A node has answered that it has not got the topic open, or is gone itself.
   * @param at the number of its last batch before: it may have opened the topic again since
   * @param re as for `state`
   */
  gone(node: NodeId, at: number, re?: number): void {
    const remote = this.#remotes.get(node);
    if (remote !== undefined && remote.last <= at) {
      this.#remotes.delete(node);
      this.members.replace(node, []);
      this.#parted(node);
    }
    this.#answeredBy(node, re);
  }

  /** What a node told may be out of date; or only what it told before an epoch. */
  doubt(node: NodeId, now: number, epoch = Number.POSITIVE_INFINITY): void {
    const remote = this.#remotes.get(node);
    if (remote === undefined || remote.isStale || remote.epoch >= epoch) return;
    remote.isStale = true;
    this.#ask(node, remote, now);
  }

  /** It is closed here. */
  end(): void {
    for (const node of this.#remotes.keys()) this.#parted(node);
    this.#remotes.clear();
    this.members.end();
  }

  /** @param hello that is answered: others may say something as well, who did not get the last one */
  #answeredBy(node: NodeId, hello: number | undefined): void {
    const greeting = this.#greeting;
    if (greeting === undefined || hello !== greeting.hello) return;
    if (greeting.answered.size < maxAnswers) greeting.answered.add(node);
    this.#endGreeting(greeting);
  }

  #endGreeting({ reached, answered }: Greeting): void {
    if (reached !== undefined && answered.size >= reached) this.#greeting = undefined;
  }

  #take(node: NodeId, part: TopicPart): void {
    const remote = this.#remotes.get(node);
    if (remote === undefined) return;
    switch (part.t) {
      case "hello":
        remote.isStale = false;
        return this.members.replace(node, part.m);
      case "bye":
        // No answer: it need not have got the hello.
        return this.gone(node, remote.last);
      case "broadcast":
        return this.receiver.remoteBroadcast(this.name, part.f);
      default:
        if (!remote.isStale) this.members.change(node, part);
    }
  }

  #meet(node: NodeId): Remote {
    const remote: Remote = { last: 0, epoch: 0, isStale: true, askedAt: 0 };
    this.#remotes.set(node, remote);
    this.#nodes.opened(node, this.channel);
    return remote;
  }

  #parted(node: NodeId): void {
    this.#nodes.closed(node, this.channel);
    this.#outgoing.leaveTopic(this.channel, node);
  }

  #ask(node: NodeId, remote: Remote, now: number): void {
    remote.askedAt = now;
    // The topic's inbox is not there any more if the other has closed the topic.
    this.#outgoing.toNode(node, { t: "ask", c: this.channel }, this.channel);
  }
}
