// Who is where in one protocol's namespace, and how a frame gets there. Each protocol has a hub of its
// own; what they share is in the node. Everything here is synchronous: nothing happens between reading
// the state and acting on it.

import type { Failure, Link, Receiver, Relay } from "./bus.ts";
import type { MemberId, NodeId, TopicName } from "./ids.ts";
import { maxPublishedLength } from "./limits.ts";
import type { Node } from "./node.ts";
import type { Delivery } from "./outbox.ts";
import type { Peer } from "./peer.ts";
import { type Joining, LocalMember, type Member, Topic } from "./topic.ts";

/** What became of a relay; `absent`: nobody of that id is in the topic. */
export type Outcome = Delivery | "absent";

/** The frames by which a protocol tells a topic's members of each other; it leaves out what it has not. */
export interface Announcements<Info> {
  /** For everybody else, when `member` has joined. */
  readonly joined?: (member: Member<Info>) => string;
  /** For everybody else, when `member` has left. */
  readonly left?: (member: Member<Info>) => string;
  /** The whole topic, for a member that missed a joined or a left. */
  readonly picture?: (member: LocalMember<Info>) => string;
}

export class Hub<Info> implements Receiver<Info> {
  readonly #node: Node;
  readonly #namespace: string;
  readonly #announcements: Announcements<Info>;
  readonly #link: Link<Info>;
  readonly #topics = new Map<string, Topic<Info>>();

  /** @param namespace the protocol's name: topics of different protocols never meet */
  constructor(node: Node, namespace: string, announcements: Announcements<Info>) {
    this.#node = node;
    this.#namespace = namespace;
    this.#announcements = announcements;
    this.#link = node.bus.link(namespace, this);
  }

  /** How many topics have a member on this node. */
  get size(): number {
    return this.#topics.size;
  }

  /** Those topics, oldest first. */
  get topics(): Iterable<Topic<Info>> {
    return this.#topics.values();
  }

  /** The topic, if it has a member on this node; any text may be asked for. */
  topic(name: string): Topic<Info> | undefined {
    return this.#topics.get(name);
  }

  /**
   * Makes a peer a member; the others are told.
   * @returns the member, or `full` when the topic has `maxTopicMembers` and nothing has changed
   */
  join(peer: Peer, name: TopicName, joining: Joining<Info>): LocalMember<Info> | "full" {
    const topic = this.#topics.get(name) ?? this.#open(name);
    if (topic.members.size >= this.#node.limits.maxTopicMembers) {
      if (topic.localCount === 0) this.#close(topic);
      return "full";
    }
    const member = new LocalMember(topic, peer, joining);
    this.#announce(topic, this.#announcements.joined?.(member));
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
    this.#link.left(topic.name, member.id);
    if (topic.localCount === 0) this.#close(topic);
    else this.#announce(topic, this.#announcements.left?.(member));
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
    return member.missed ? "dropped" : member.peer.outbox.push(frame);
  }

  /** Sends a frame to all members of the topic, on all nodes, but `except`. */
  broadcast(topic: Topic<Info>, frame: string, except?: LocalMember<Info>): void {
    this.#send(topic, frame, except);
    this.#link.broadcast(topic.name, frame);
  }

  // What other nodes say, as `Receiver` has it.

  remoteJoined(name: TopicName, id: MemberId, info: Info, node: NodeId): void {
    const topic = this.#topics.get(name);
    if (topic === undefined || topic.members.has(id)) return;
    const member = { id, info, node };
    topic.members.set(id, member);
    this.#announce(topic, this.#announcements.joined?.(member));
  }

  remoteUpdated(name: TopicName, id: MemberId, info: Info): void {
    const member = this.#topics.get(name)?.members.get(id);
    if (member !== undefined && member.peer === undefined) member.info = info;
  }

  remoteLeft(name: TopicName, id: MemberId): void {
    const topic = this.#topics.get(name);
    const member = topic?.members.get(id);
    if (topic === undefined || member === undefined || member.peer !== undefined) return;
    topic.members.delete(id);
    this.#announce(topic, this.#announcements.left?.(member));
  }

  remoteRelay(name: TopicName, { from, to, frame }: Relay): Outcome {
    const topic = this.#topics.get(name);
    const isHere = topic?.members.get(to)?.peer !== undefined;
    return topic !== undefined && isHere ? this.relay(topic, from, to, frame) : "absent";
  }

  remoteBroadcast(name: TopicName, frame: string): void {
    const topic = this.#topics.get(name);
    if (topic === undefined) return;
    this.#send(topic, frame);
  }

  remoteAnswered(name: TopicName, from: MemberId, reference: string, outcome: Failure): void {
    const member = this.#topics.get(name)?.members.get(from);
    if (member?.peer !== undefined) member.sender?.answered(reference, outcome);
  }

  #open(name: TopicName): Topic<Info> {
    const channel = `${this.#namespace}/${name}`;
    const topic = new Topic<Info>(name, channel, this.#announcements.picture);
    this.#topics.set(name, topic);
    this.#link.open(name);
    return topic;
  }

  #close(topic: Topic<Info>): void {
    this.#topics.delete(topic.name);
    this.#link.close(topic.name);
  }

  /** Tells the members here of a joined or a left; one that has no room for it gets a picture later. */
  #announce(topic: Topic<Info>, frame: string | undefined): void {
    if (frame === undefined) return;
    for (const member of this.#send(topic, frame)) member.missed = true;
  }

  /**
   * Sends to the members here: one publish for those on the channel, copies to the others, and a long
   * frame to all in copies.
   * @returns those that had no room
   */
  #send(
    topic: Topic<Info>,
    frame: string,
    except?: LocalMember<Info>,
  ): readonly LocalMember<Info>[] {
    if (topic.onChannel === 0 || frame.length > maxPublishedLength)
      return copy(frame, topic.members.values(), except);
    // First, for a publish would overtake what has gathered; and it may find a socket backed up.
    this.#node.tick.flush();
    const missing =
      topic.onChannel < topic.localCount ? copy(frame, offChannel(topic), except) : [];
    this.#publish(topic, frame, except);
    return missing;
  }

  #publish(topic: Topic<Info>, frame: string, except?: LocalMember<Info>): void {
    const sender = except?.isOnChannel === true ? except.peer.socket : undefined;
    if (topic.onChannel === (sender === undefined ? 0 : 1)) return;
    if (sender === undefined) this.#node.publish(topic.channel, frame);
    else sender.publishText(topic.channel, frame);
    this.#node.lookout.published(topic, frame);
  }
}

/** @returns those of `members` that had no room */
function copy<Info>(
  frame: string,
  members: Iterable<Member<Info>>,
  except: LocalMember<Info> | undefined,
): readonly LocalMember<Info>[] {
  const missing: LocalMember<Info>[] = [];
  for (const member of members) {
    if (member.peer === undefined || member === except) continue;
    if (member.missed || member.peer.outbox.push(frame) === "dropped") missing.push(member);
  }
  return missing;
}

function* offChannel<Info>({ members }: Topic<Info>): Iterable<Member<Info>> {
  for (const member of members.values())
    if (member.peer !== undefined && !member.isOnChannel) yield member;
}
