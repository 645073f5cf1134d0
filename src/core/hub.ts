// Who is where in one protocol's namespace, and how a frame gets there. Each protocol has a hub of its
// own; what they share is in the node. Everything here is synchronous: nothing happens between reading
// the state and acting on it.

import type { Claim, Failure, Link, Receiver, Relay } from "./bus.ts";
import type { NotJoined } from "./close.ts";
import { FanOut } from "./fan-out.ts";
import type { Announced, Announcements } from "./hub-spec.ts";
import { type MemberId, type NodeId, type TopicName, topicName } from "./ids.ts";
import type { Node } from "./node.ts";
import type { Delivery } from "./outbox.ts";
import type { Peer } from "./peer.ts";
import { type Joining, LocalMember, type RemoteMember, Topic } from "./topic.ts";
import { Watches } from "./warm-topics.ts";

/** What became of a relay; `absent`: nobody of that id is in the topic. */
export type Outcome = Delivery | "absent";

export class Hub<Info> implements Receiver<Info> {
  readonly #node: Node;
  readonly #fanOut: FanOut;
  readonly #namespace: string;
  readonly #announcements: Announcements<Info>;
  readonly #link: Link<Info>;
  readonly #topics = new Map<string, Topic<Info>>();
  readonly #watches: Watches<Topic<Info>>;
  #size = 0;

  /** @param namespace the protocol's name: topics of different protocols never meet */
  constructor(node: Node, namespace: string, announcements: Announcements<Info>) {
    this.#node = node;
    this.#fanOut = new FanOut(node);
    this.#namespace = namespace;
    this.#announcements = announcements;
    this.#link = node.bus.link(namespace, this);
    this.#watches = new Watches(node.peers, (topic) => this.#closeUnused(topic));
  }

  /** Whether there are no other nodes. */
  get isAlone(): boolean {
    return this.#link.isAlone;
  }

  /** How many topics have a member on this node. */
  get size(): number {
    return this.#size;
  }

  /** Those topics, oldest first. */
  get topics(): Iterable<Topic<Info>> {
    return this.#topics.values().filter(({ localCount }) => localCount > 0);
  }

  /** The topic, if it has a member on this node, or is watched; any text may be asked for. */
  topic(name: string): Topic<Info> | undefined {
    return this.#topics.get(name);
  }

  /**
   * For whoever needs all members of a topic, on all nodes: `topic` has them once this returns nothing, or
   * the promise has resolved, and keeps them for some seconds at least. On one node there is nothing to
   * wait for, and a topic without members is not opened.
   * @param text any; what cannot be the name of a topic has no members
   */
  watch(text: string): Promise<void> | undefined {
    if (this.#link.isAlone) return undefined;
    const open = this.#topics.get(text);
    const name = open?.name ?? topicName(text);
    if (name === undefined) return undefined;
    const topic = open ?? this.#open(name);
    if (topic.localCount === 0) this.#watches.renew(topic);
    return this.#link.known(name);
  }

  /**
   * Makes sure that one node at most has members of this topic: the one that claimed it first. Whoever shows
   * the same proof takes over. The claim ends by itself when nobody of the topic is here (any more), and
   * nobody joins within seconds. While other nodes cannot be reached it is granted: see `rival`.
   */
  claim(name: TopicName, proof: string): Claim | Promise<Claim | "taken"> {
    return this.#link.claim(name, proof);
  }

  /**
   * Makes a peer a member; the others are told.
   * @returns the member, or, when nothing has changed: `forbidden` by its token, or `full` where the topic
   * has `maxTopicMembers`
   */
  join(peer: Peer, name: TopicName, joining: Joining<Info>): LocalMember<Info> | NotJoined {
    if (!peer.mayJoin(name)) return "forbidden";
    const topic = this.#topics.get(name) ?? this.#open(name);
    if (topic.members.size >= this.#node.limits.maxTopicMembers) {
      this.#closeUnused(topic);
      return "full";
    }
    const member = new LocalMember(topic, peer, joining);
    this.#announce(topic, this.#announcements.joined?.(member, topic));
    if (topic.localCount === 0) this.#size++;
    topic.add(member);
    peer.places.push(member);
    this.#link.joined(name, member.id, member.info);
    return member;
  }

  /** Ends a membership; the others are told. A topic without members here is forgotten. */
  leave(member: LocalMember<Info>): void {
    const { topic, peer } = member;
    if (topic.members.get(member.id) !== member) return;
    topic.delete(member);
    peer.places.splice(peer.places.indexOf(member), 1);
    if (topic.localCount === 0) this.#size--;
    if (topic.localCount > 0) this.#announce(topic, this.#announcements.left?.(member, topic));
    // After that: it may bring to light another of the same id.
    this.#link.left(topic.name, member.id);
    this.#closeUnused(topic);
  }

  /** Changes what the others may know of a member. It is known on all nodes, and announced to nobody. */
  update(member: LocalMember<Info>, info: Info): void {
    member.info = info;
    this.#link.updated(member.topic.name, member.id, info);
  }

  /**
   * Sends a frame to one member of the topic.
   * @param reference what `Sender.answered` gets, should the member be on another node and the relay
   * fail there
   */
  relay(topic: Topic<Info>, from: MemberId, to: string, frame: string, reference = ""): Outcome {
    const member = topic.members.get(to);
    if (member === undefined) return "absent";
    if (member.peer === undefined)
      return this.#link.relay(topic.name, member.node, { from, to: member.id, frame, reference });
    return member.send(frame);
  }

  /** Sends a frame to all members of the topic, on all nodes, but `except`. */
  broadcast(topic: Topic<Info>, frame: string, except?: LocalMember<Info>): void {
    this.#fanOut.send(topic, frame, except);
    this.#link.broadcast(topic.name, frame);
  }

  // What other nodes say, as `Receiver` has it.

  local(name: TopicName): Iterable<LocalMember<Info>> {
    return this.#topics.get(name)?.locals() ?? [];
  }

  remoteJoined(name: TopicName, id: MemberId, info: Info, node: NodeId): void {
    const topic = this.#topics.get(name);
    if (topic === undefined) return;
    const known = topic.members.get(id);
    if (known !== undefined && known.peer === undefined) {
      known.info = info;
      known.node = node;
      return;
    }
    const member = { id, info, node };
    if (known !== undefined) this.#announcements.rival?.(known, member);
    if (topic.members.get(id) !== undefined) return;
    topic.members.add(member);
    this.#announce(topic, this.#announcements.joined?.(member, topic));
    this.#announcements.appeared?.(member);
  }

  remoteUpdated(name: TopicName, id: MemberId, info: Info, node: NodeId): void {
    const member = this.#remote(name, id, node);
    if (member !== undefined) member.info = info;
  }

  remoteLeft(name: TopicName, id: MemberId, node: NodeId): void {
    const topic = this.#topics.get(name);
    const member = this.#remote(name, id, node);
    if (topic === undefined || member === undefined) return;
    topic.members.delete(id);
    this.#announce(topic, this.#announcements.left?.(member, topic));
  }

  remoteRelay(name: TopicName, { from, to, frame }: Relay): Outcome {
    const topic = this.#topics.get(name);
    const isHere = topic?.members.get(to)?.peer !== undefined;
    return topic !== undefined && isHere ? this.relay(topic, from, to, frame) : "absent";
  }

  remoteBroadcast(name: TopicName, frame: string): void {
    const topic = this.#topics.get(name);
    if (topic !== undefined) this.#fanOut.send(topic, frame);
  }

  remoteAnswered(name: TopicName, from: MemberId, reference: string, outcome: Failure): void {
    const member = this.#topics.get(name)?.members.get(from);
    if (member?.peer !== undefined) member.sender?.answered(reference, outcome);
    else this.#announcements.answered?.(from, reference, outcome);
  }

  #remote(name: TopicName, id: MemberId, node: NodeId): RemoteMember<Info> | undefined {
    const member = this.#topics.get(name)?.members.get(id);
    return member?.peer === undefined && member?.node === node ? member : undefined;
  }

  #open(name: TopicName): Topic<Info> {
    const topic = new Topic<Info>(name, this.#namespace, this.#announcements.picture);
    this.#topics.set(name, topic);
    this.#link.open(name);
    return topic;
  }

  /** Forgets a topic in which nobody here has a part any more. */
  #closeUnused(topic: Topic<Info>): void {
    if (topic.localCount > 0 || this.#watches.has(topic)) return;
    this.#topics.delete(topic.name);
    this.#link.close(topic.name);
  }

  /** Tells the members here of a joined or a left; one that has no room for it gets a picture later. */
  #announce(topic: Topic<Info>, announced: Announced = []): void {
    for (const frame of typeof announced === "string" ? [announced] : announced)
      for (const member of this.#fanOut.send(topic, frame)) member.missed = true;
  }
}
