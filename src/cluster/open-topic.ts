// One topic that is open here, as it is on the other nodes: who of them has it open, with which members,
// and whether that is up to date. A node tells of changes in numbered batches; where one is missing, or
// this node may have missed some, the other is asked for its members, and only differences are passed on.

import type { Receiver } from "../core/bus.ts";
import type { MemberId, NodeId, TopicName } from "../core/ids.ts";
import { Greeting } from "./greeting.ts";
import type { Batch, StatePart, ToldMember, TopicPart } from "./message.ts";
import { RemoteMembers } from "./remote-members.ts";

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

/** What a topic asks of the cluster. */
export interface Asking {
  ask(node: NodeId): void;
  /** @param hello the number of its batch, which is answered */
  tellState(node: NodeId, hello: number): void;
  /** A node is among the remotes, or is no more. */
  met(node: NodeId): void;
  parted(node: NodeId): void;
}

export class OpenTopic {
  readonly channel: string;
  readonly name: TopicName;
  readonly receiver: Receiver;
  /** From when on nobody waits for the answers to the first hello any more, by the clock. */
  readonly deadline: number;
  /** So long a hello would be too early: this node would not hear the answers, nor be counted. */
  isSubscribing = true;
  readonly #asking: Asking;
  readonly #remotes = new Map<NodeId, Remote>();
  readonly #members: RemoteMembers;
  readonly #greeting = new Greeting();

  constructor(
    channel: string,
    name: TopicName,
    receiver: Receiver,
    deadline: number,
    asking: Asking,
  ) {
    this.channel = channel;
    this.name = name;
    this.receiver = receiver;
    this.deadline = deadline;
    this.#asking = asking;
    this.#members = new RemoteMembers(name, receiver);
  }

  /** The members on this node. */
  get here(): readonly ToldMember[] {
    return Array.from(this.receiver.local(this.name), ({ id, info }) => ({ id, info }));
  }

  /** Nothing once the first hello is answered, or is not waited for any more. */
  get known(): Promise<void> | undefined {
    return this.#greeting.answered;
  }

  /** Whether some of the remotes have to be asked. */
  get isStale(): boolean {
    return this.#remotes.values().some(({ isStale }) => isStale);
  }

  /** Whether no other node can have an interest: what is published would reach nobody. */
  get isAlone(): boolean {
    const knowsAll = !this.#greeting.hasBegun || this.#greeting.isAnswered;
    return knowsAll && this.#remotes.size === 0;
  }

  hasNode(node: NodeId): boolean {
    return this.#remotes.has(node);
  }

  /** A hello is being said, in this batch: what came before may be missing. */
  greet(hello: number, now: number): void {
    this.#greeting.begin(hello);
    for (const remote of this.#remotes.values()) {
      remote.isStale = true;
      remote.askedAt = now;
    }
  }

  /** So many other nodes got the hello in this batch. */
  greeted(hello: number, count: number): void {
    this.#greeting.reached(hello, count);
  }

  /** Whoever waits for answers goes on. */
  settle(): void {
    this.#greeting.settle();
  }

  /** Asks those that are stale, unless they were asked since `before`. */
  askStale(now: number, before: number): void {
    for (const [node, remote] of this.#remotes)
      if (remote.isStale && remote.askedAt <= before) this.#ask(node, remote, now);
  }

  /** Something was published on the topic's channel. */
  heard({ n, e, s, b }: Batch, now: number): void {
    const known = this.#remotes.get(n);
    if (known !== undefined && s <= known.last) return;
    const remote = known ?? this.#meet(n);
    const isGap = known === undefined || s !== known.last + 1 || e !== known.epoch;
    remote.last = s;
    remote.epoch = e;
    if (isGap) remote.isStale = true;
    for (const part of b as readonly TopicPart[]) this.#take(n, part);
    const after = this.#remotes.get(n);
    if (isGap && after?.isStale === true) this.#ask(n, after, now);
  }

  /** A node has told its members, as of the batch `at`, in answer to the hello in the batch `re`, if to one. */
  state(node: NodeId, epoch: number, { at, re, m: members }: StatePart): void {
    const remote = this.#remotes.get(node) ?? this.#meet(node);
    // A batch after the answer has overtaken it: another answer is due.
    if (at >= remote.last) {
      remote.last = at;
      remote.epoch = epoch;
      remote.isStale = false;
      this.#members.replace(node, members);
    }
    this.#greeting.answeredBy(node, re);
  }

  /**
   * A node has answered that it has not got the topic open, or is gone itself.
   * @param at the number of its last batch before: it may have opened the topic again since
   * @param re as for `state`
   */
  gone(node: NodeId, at: number, re?: number): void {
    this.#part(node, at);
    this.#greeting.answeredBy(node, re);
  }

  /** The epoch of a node, as its lease says: what it told before may be out of date. */
  epochSeen(node: NodeId, epoch: number, now: number): void {
    const remote = this.#remotes.get(node);
    if (remote !== undefined && remote.epoch < epoch) this.doubt(node, now);
  }

  /** What a node told may be out of date. */
  doubt(node: NodeId, now: number): void {
    const remote = this.#remotes.get(node);
    if (remote === undefined || remote.isStale) return;
    remote.isStale = true;
    this.#ask(node, remote, now);
  }

  /** A member here has left; another node may hold the same id. */
  leftHere(id: MemberId): void {
    this.#members.show(id);
  }

  /** It is closed here. */
  end(): void {
    this.settle();
    for (const node of this.#remotes.keys()) this.#asking.parted(node);
    this.#remotes.clear();
  }

  #take(node: NodeId, part: TopicPart): void {
    const remote = this.#remotes.get(node);
    if (remote === undefined) return;
    switch (part.t) {
      case "hello":
        remote.isStale = false;
        this.#members.replace(node, part.m);
        return this.#asking.tellState(node, remote.last);
      case "bye":
        // No answer: it need not have got the hello.
        return this.#part(node, remote.last);
      case "broadcast":
        return this.receiver.remoteBroadcast(this.name, part.f);
      default:
        if (!remote.isStale) this.#members.change(node, part);
    }
  }

  #meet(node: NodeId): Remote {
    const remote: Remote = { last: 0, epoch: 0, isStale: true, askedAt: 0 };
    this.#remotes.set(node, remote);
    this.#asking.met(node);
    return remote;
  }

  #part(node: NodeId, at: number): void {
    const remote = this.#remotes.get(node);
    if (remote === undefined || remote.last > at) return;
    this.#remotes.delete(node);
    this.#members.replace(node, []);
    this.#asking.parted(node);
  }

  #ask(node: NodeId, remote: Remote, now: number): void {
    remote.askedAt = now;
    this.#asking.ask(node);
  }
}
