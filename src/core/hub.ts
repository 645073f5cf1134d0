// Who is where in one protocol's namespace, and how a frame gets there. What hubs share is in the node. All of it
// is synchronous: nothing happens between reading the state and acting on it.

import type { News } from "./announced.ts";
import { Broadcasts } from "./broadcasts.ts";
import type { Claim, Link } from "./bus.ts";
import type { NotJoined } from "./close.ts";
import { FanOut } from "./fan-out.ts";
import { HubReceiver } from "./hub-receiver.ts";
import { type HubObserver, type HubSpec, outlivesRestart } from "./hub-spec.ts";
import { maxTopicNameBytes, type NodeId, type TopicName, topicNameWithin } from "./ids.ts";
import { Lists } from "./lists.ts";
import { type Joining, LocalMember, type Topic } from "./member.ts";
import type { Node } from "./node.ts";
import type { BroadcastOutcome, Outcome } from "./outcome.ts";
import type { Peer } from "./peer.ts";
import type { RelayCounts } from "./relay-counts.ts";
import { Relays } from "./relays.ts";
import { OwnTopic, type TopicSpec } from "./topic.ts";
import { WarmTopics } from "./warm-topics.ts";

export class Hub<Info> {
  readonly #relays: Relays<Info>;
  readonly broadcasts: Broadcasts<Info>;
  readonly #node: Node;
  readonly #fanOut: FanOut;
  readonly #lists: Lists<Info>;
  readonly #topicSpec: TopicSpec<Info>;
  readonly #spec: HubSpec<Info>;
  readonly #observer: HubObserver | undefined;
  readonly #link: Link;
  readonly #topics = new Map<string, OwnTopic<Info>>();
  readonly #warm: WarmTopics<OwnTopic<Info>>;
  #size = 0;

  /** @param namespace the protocol's name, or of a part of it: topics of different namespaces never meet */
  constructor(node: Node, namespace: string, spec: HubSpec<Info>, observer?: HubObserver) {
    this.#node = node;
    this.#observer = observer;
    this.#fanOut = new FanOut(node, observer?.traffic);
    this.#topicSpec = { ...spec, namespace };
    this.#spec = spec;
    this.#lists = new Lists(spec.list, this.#fanOut, node);
    const parts = { limits: node.limits, fanOut: this.#fanOut, lists: this.#lists, log: node.log };
    const remote = new HubReceiver(namespace, spec, this.#topics, parts);
    this.#link = node.bus.link(namespace, remote);
    this.#relays = new Relays(this.#link, observer?.relayed);
    this.broadcasts = new Broadcasts(this.#topics, this.#fanOut, this.#link);
    this.#warm = new WarmTopics(node.clock, (topic) => this.#closeUnused(topic));
  }

  /** How many relays there were, and what became of them. */
  get counts(): RelayCounts {
    return this.#relays.counts;
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

  /** The topic, if it has a member on this node or is warm; any text may be asked for. */
  topic(name: string): Topic<Info> | undefined {
    return this.#topics.get(name);
  }

  /**
   * Makes all members of a topic known, on all nodes: `topic` has them once this returns `undefined` or the
   * promise has resolved, and keeps them for some seconds at least. On one node there is nothing to wait
   * for, and a topic without members is not opened.
   * @param text any; what cannot be the name of a topic has no members
   */
  warm(text: string): Promise<void> | undefined {
    if (this.#link.isAlone) return undefined;
    const open = this.#topics.get(text);
    const { maxNameBytes = maxTopicNameBytes } = this.#spec;
    const name = open?.name ?? topicNameWithin(text, maxNameBytes);
    if (name === undefined || (open === undefined && this.#node.isCrowded)) return undefined;
    const topic = open ?? this.#open(name);
    if (topic.localCount === 0) this.#warm.renew(topic);
    return this.#link.known(name);
  }

  /**
   * Lets one node at most have members of this topic: the one that claimed it first, or whoever shows the
   * same proof. A claim ends by itself when nobody of the topic is here any more, or nobody joins within
   * seconds. While other nodes cannot be reached it is granted: see `HubSpec.rival`.
   */
  claim(name: TopicName, proof: string): Claim | Promise<Claim | "taken"> {
    return this.#link.claim(name, proof);
  }

  /**
   * Makes a peer a member; the others are told, unless they know the id from another node.
   * @returns the member, or, when nothing has changed: `forbidden` by its token, `full` where the topic has
   * `maxTopicMembers` or its list would not fit into a queue, `crowded` where the node has `maxTopics`, `taken` where the
   * id is that of a member on this node
   */
  join(peer: Peer, name: TopicName, joining: Joining<Info>): LocalMember<Info> | NotJoined {
    const { tokenName } = this.#spec;
    if (!peer.mayJoin(tokenName === undefined ? name : tokenName(name))) return "forbidden";
    const open = this.#topics.get(name);
    if (open === undefined && this.#node.isCrowded) return "crowded";
    const topic = open ?? this.#open(name);
    const known = topic.members.get(joining.id);
    if (known?.peer !== undefined) return "taken";
    const member = new LocalMember(topic, peer, joining);
    const { maxTopicMembers, maxQueuedBytes } = this.#node.limits;
    const isFull =
      topic.members.size >= maxTopicMembers || topic.wouldExceed(maxQueuedBytes, member);
    if (known === undefined && isFull) {
      this.#closeUnused(topic);
      return "full";
    }
    // That a member of another node has moved here is no news.
    if (known === undefined) this.#announce("joined", member, topic);
    if (topic.localCount === 0) this.#size++;
    topic.add(member);
    peer.remember(member);
    this.#observer?.joined(peer, name);
    this.#link.joined(name, member.id, member.info, member.role, joining.movedFrom);
    this.#lists.changed(topic);
    return member;
  }

  /**
   * Ends a membership; the others are told. A topic without members here is forgotten. When a server stops, its members
   * stay: out of reach, and they may come back under their ids.
   * @param movedTo the node that has the member now; then nobody is told
   */
  leave(member: LocalMember<Info>, movedTo?: NodeId): void {
    const topic = this.#topics.get(member.topic.name);
    if (topic?.members.get(member.id) !== member) return;
    if (movedTo === undefined && outlivesRestart(this.#spec, member)) return member.park();
    const count = topic.delete(member);
    member.peer.forget(member);
    if (count === 0) this.#size--;
    this.#observer?.left(member.peer, topic.name);
    const moved = movedTo && { ...member.shown, node: movedTo };
    if (moved !== undefined) topic.addRemote(moved);
    else if (count > 0) this.#announce("left", member, topic);
    // After that: it may bring to light another member of the same id.
    this.#link.left(topic.name, member.id, moved);
    this.#lists.changed(topic);
    this.#closeUnused(topic);
  }

  /** Tells the other nodes again that a member is here: one of them may have said that it has it. */
  tellAgain({ topic: { name }, id, info, role }: LocalMember<Info>): void {
    this.#link.joined(name, id, info, role);
  }

  /**
   * Changes what the others may know of a member, on all nodes. They are told if `HubSpec.updated` is there. Nothing
   * happens if the member has left.
   */
  update(member: LocalMember<Info>, info: Info): void {
    const topic = this.#topics.get(member.topic.name);
    if (topic?.members.get(member.id) !== member) return;
    topic.update(member, info);
    this.#link.updated(topic.name, member.id, info, member.role);
    if (this.#spec.updated === undefined) return;
    // Each copy counts for the member, as those of a broadcast do.
    member.peer.charge(topic.members.size);
    this.#announce("updated", member, topic);
  }

  /**
   * Sends a frame from `sender` to one member of the topic.
   * @param topic `undefined` has no members
   * @param reference what `failed` of the sender's conversation is given if the relay fails, during this
   * call or later; a failure is not reported if unset
   * @returns what became of it here; one to another node may still fail
   */
  relay(
    sender: Peer,
    topic: Topic<Info> | undefined,
    to: string,
    frame: string,
    reference?: string,
  ): Outcome {
    return this.#relays.send(sender, topic, to, frame, reference);
  }

  /** The same to several members that are one receiver: it fails only if none of them takes the frame. */
  relayToAny(
    sender: Peer,
    topic: Topic<Info>,
    receivers: readonly string[],
    frame: string,
    reference?: string,
  ): Outcome {
    return this.#relays.sendToAny(sender, topic, receivers, frame, reference);
  }

  /** Sends a frame of the server's own to one member of the topic. Nobody is told if it fails. */
  notify(topic: Topic<Info>, to: string, frame: string): Outcome {
    return this.#relays.notify(topic, to, frame);
  }

  /**
   * Sends a frame from `sender` to all members of the topic, on all nodes, but `except`. If the sender's rights name
   * roles, it reaches only members with one of these.
   * @param topic `undefined` has no members
   */
  broadcast(
    sender: Peer,
    topic: Topic<Info> | undefined,
    frame: string,
    except?: LocalMember<Info>,
  ): BroadcastOutcome {
    return this.broadcasts.send(sender, topic, frame, except);
  }

  /** Faults may end all members meanwhile; what comes after it still finds the topic open. */
  #announce(what: News, member: LocalMember<Info>, topic: OwnTopic<Info>): void {
    const announced = this.#spec[what]?.(member, topic);
    topic.announcing++;
    this.#fanOut.announce(topic, what, member.id, announced);
    topic.announcing--;
  }

  #open(name: TopicName): OwnTopic<Info> {
    const topic = new OwnTopic<Info>(name, this.#topicSpec);
    this.#topics.set(name, topic);
    this.#node.openedTopic();
    this.#link.open(name);
    return topic;
  }

  /** Forgets a topic that nobody here needs any more. */
  #closeUnused(topic: OwnTopic<Info>): void {
    if (topic.localCount > 0 || topic.announcing > 0 || this.#warm.has(topic)) return;
    // The list that it was shown at a left may have ended all others.
    if (this.#topics.get(topic.name) !== topic) return;
    this.#topics.delete(topic.name);
    this.#node.topics--;
    this.#node.announcer.delete(topic);
    this.#link.close(topic.name);
  }
}
