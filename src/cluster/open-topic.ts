// One open topic: which other nodes have it open, their members, and whether that is up to date. A node tells changes in
// batches with serials. If a batch is missing, the node is asked for all its members, and the hub gets the differences.

import type { MovedMember, Receiver } from "../core/bus.ts";
import type { MemberId, NodeId, TopicName } from "../core/ids.ts";
import { Greeting } from "./greeting.ts";
import type { KnownNodes } from "./known-nodes.ts";
import type { Batch, StatePart, ToldMember, TopicPart } from "./message.ts";
import type { Outgoing } from "./outgoing.ts";
import { RemoteMembers, toldOf } from "./remote-members.ts";
import { complete, incomplete, type RemoteNode, unheard } from "./remote-node.ts";

export class OpenTopic {
  readonly channel: string;
  readonly name: TopicName;
  readonly receiver: Receiver;
  /** The members on other nodes. */
  readonly members: RemoteMembers;
  /** Until it is subscribed to, a hello would be too early: this node would miss the answers. */
  isSubscribing = true;
  /** It is closed here. */
  isEnded = false;
  readonly #nodes: KnownNodes;
  readonly #outgoing: Outgoing;
  readonly #remotes = new Map<NodeId, RemoteNode>();
  /** The last hello, until all nodes that have received it have answered. */
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
    return Array.from(this.receiver.local(this.name), toldOf);
  }

  /** Whether some node owes an answer. */
  get isStale(): boolean {
    return this.#remotes.values().some(({ isStale }) => isStale);
  }

  /** Whether all nodes that have received the last hello have answered. */
  get isAnswered(): boolean {
    return this.#hasGreeted && this.#greeting === undefined;
  }

  /** Whether no other node has the topic open, so that nobody has to be told. */
  get isAlone(): boolean {
    return this.#remotes.size === 0 && this.#greeting === undefined;
  }

  hasNode(node: NodeId): boolean {
    return this.#remotes.has(node);
  }

  /** This node says hello, in the batch `hello`. All others owe an answer. */
  greet(hello: number, now: number): void {
    this.#hasGreeted = true;
    this.#greeting = new Greeting(hello);
    for (const remote of this.#remotes.values())
      Object.assign(remote, incomplete, { askedAt: now });
  }

  /** Nobody else has the topic open, as Redis says. Whoever opens it later says hello. */
  greetedNobody(): void {
    this.#hasGreeted = true;
    this.#greeting = undefined;
  }

  /** So many other nodes have received that hello. */
  greeted(hello: number, count: number): void {
    const greeting = this.#greeting;
    if (greeting?.hello !== hello) return;
    greeting.reached = count;
    this.#endGreeting();
  }

  /** Asks the nodes that owe an answer, unless they were asked after `before`. */
  askStale(now: number, before: number): void {
    for (const [node, remote] of this.#remotes)
      if (remote.isStale && remote.askedAt <= before) this.#ask(node, remote, now);
  }

  /**
   * A batch has come on the topic's channel.
   * @returns false if it was ignored
   */
  heard({ n, e, s, b }: Batch, now: number): boolean {
    const known = this.#remotes.get(n);
    if (known !== undefined && s <= known.last) {
      // A later batch has overtaken it, or the last serial was forged.
      this.doubt(n, now);
      return false;
    }
    const remote = known ?? this.#meet(n);
    const isGap = known === undefined || s !== known.last + 1 || e !== known.epoch;
    remote.last = s;
    remote.epoch = e;
    if (isGap) Object.assign(remote, incomplete);
    for (const part of b as readonly TopicPart[]) this.#take(n, part, now);
    const after = isGap ? this.#remotes.get(n) : undefined;
    if (after?.isStale === true) this.#ask(n, after, now);
    return true;
  }

  /** A node has told its members, as of its batch `at`; `re` is set if that answers a hello of this node. */
  state(node: NodeId, epoch: number, { at, re, m: members }: StatePart, now: number): void {
    const remote = this.#remotes.get(node) ?? this.#meet(node);
    if (at >= remote.last) {
      Object.assign(remote, complete, { last: at, epoch });
      this.members.replace(node, members);
    } else if (remote.hasGap) this.#doubt(node, remote, at, now);
    this.#answeredBy(node, re);
  }

  /**
   * A node does not have the topic open, or is gone. For `re` see `state`.
   * @param at the serial of its last batch before that; a later one may have opened the topic again
   */
  gone(node: NodeId, at: number, now: number, re?: number): void {
    const remote = this.#remotes.get(node);
    if (remote !== undefined && remote.last <= at) {
      this.#remotes.delete(node);
      this.members.replace(node, []);
      this.#parted(node);
    } else if (remote !== undefined) this.#doubt(node, remote, at, now);
    this.#answeredBy(node, re);
  }

  /** What a node has told may be out of date: always, or only if it was told before `epoch`. */
  doubt(node: NodeId, now: number, epoch = Number.POSITIVE_INFINITY): void {
    const remote = this.#remotes.get(node);
    if (remote?.hasGap === false && remote.epoch < epoch)
      this.#doubt(node, remote, remote.last, now);
  }

  /** A node is asked for all its members in a while, when what is on its way has come. What it tells meanwhile is taken. */
  askLater(node: NodeId, now: number): void {
    const remote = this.#remotes.get(node);
    if (remote?.isStale === false) Object.assign(remote, { isStale: true, askedAt: now });
  }

  /** A member here has moved. If its node has not said so yet, it may also have lost it since. */
  moved(id: MemberId, { node, info, role }: MovedMember, now: number): void {
    if (this.members.adopt(node, { id, info, role })) return;
    if (this.#remotes.has(node)) return this.askLater(node, now);
    if (this.#nodes.keeps(node)) this.#meet(node).askedAt = now;
    else this.members.replace(node, []);
  }

  /** The topic is closed here. */
  end(): void {
    this.isEnded = true;
    for (const node of this.#remotes.keys()) this.#parted(node);
    this.#remotes.clear();
    this.members.end();
  }

  /** @param hello the one that a node has answered; only the last one counts */
  #answeredBy(node: NodeId, hello: number | undefined): void {
    const greeting = this.#greeting;
    if (greeting === undefined || hello !== greeting.hello) return;
    greeting.answeredBy(node);
    this.#endGreeting();
  }

  #endGreeting(): void {
    if (this.#greeting?.isAnswered === true) this.#greeting = undefined;
  }

  #take(node: NodeId, part: TopicPart, now: number): void {
    const remote = this.#remotes.get(node);
    if (remote === undefined) return;
    switch (part.t) {
      case "hello":
        Object.assign(remote, complete);
        return this.members.replace(node, part.m);
      case "bye":
        // Not counted as an answer: the node may not have received the hello.
        return this.gone(node, remote.last, now);
      case "broadcast":
        return this.receiver.remoteBroadcast(this.name, part.f);
      case "multicast":
        return this.receiver.remoteBroadcast(this.name, part.f, new Set(part.to));
      default:
        if (!remote.hasGap) this.members.change(node, part, this, now);
    }
  }

  #meet(node: NodeId): RemoteNode {
    const remote = unheard();
    this.#remotes.set(node, remote);
    this.#nodes.opened(node, this.channel);
    return remote;
  }

  #parted(node: NodeId): void {
    this.#nodes.closed(node, this.channel);
    this.#outgoing.leaveTopic(this.channel, node);
  }

  /** What a node has told after the batch `at` is uncertain: it has overtaken an answer, or was forged. */
  #doubt(node: NodeId, remote: RemoteNode, at: number, now: number): void {
    Object.assign(remote, incomplete, { last: at });
    this.#ask(node, remote, now);
  }

  #ask(node: NodeId, remote: RemoteNode, now: number): void {
    Object.assign(remote, { isStale: true, askedAt: now });
    // Not by the topic's inbox if possible: if the node has closed the topic, nobody listens there.
    this.#outgoing.toNode(node, { t: "ask", c: this.channel }, this.channel);
  }
}
