// A named group of members inside one protocol's namespace: who is in it, on this node and on others,
// and which of the local ones hear its native channel.

import type { Failure } from "./bus.ts";
import type { MemberId, NodeId, TopicName } from "./ids.ts";
import { channelFrom } from "./limits.ts";
import { Members } from "./members.ts";
import type { Delivery } from "./outbox.ts";
import type { Peer, Place } from "./peer.ts";

/** A member that is connected to another node. */
export interface RemoteMember<Info> {
  readonly id: MemberId;
  info: Info;
  node: NodeId;
  /** None here, which tells it from a local member. */
  readonly peer?: undefined;
}

/** What a protocol says of a member when it joins. */
export interface Joining<Info> {
  readonly id: MemberId;
  /** What the others may know of it; JSON, since other nodes get it too. */
  readonly info: Info;
  /** What it gets for a frame of the topic, where members want them differently; may be nothing. */
  readonly hear?: (frame: string, member: LocalMember<Info>) => string | undefined;
}

/** Hears of relays to members on other nodes that failed on their way. */
export interface Sender {
  /** @param reference as it was given to `Hub.relay` */
  answered(reference: string, outcome: Failure): void;
}

/** A member that is connected here. */
export class LocalMember<Info> implements Place {
  readonly id: MemberId;
  /** Changed by `Hub.update` alone. */
  info: Info;
  readonly peer: Peer;
  readonly topic: Topic<Info>;
  /** Set by the protocol where it wants to hear. */
  sender: Sender | undefined;
  /** A joined or left found no room: until a fresh picture is sent, nothing else of the topic is. */
  missed = false;
  readonly #hear: Joining<Info>["hear"];
  #isOnChannel = false;

  constructor(topic: Topic<Info>, peer: Peer, { id, info, hear }: Joining<Info>) {
    this.#hear = hear;
    this.id = id;
    this.info = info;
    this.peer = peer;
    this.topic = topic;
  }

  /** Whether native publishes to the topic reach this member; else it gets copies by its outbox. */
  get isOnChannel(): boolean {
    return this.#isOnChannel;
  }

  /** Sends a frame of the topic; none until it has a fresh picture, if it missed something. */
  send(frame: string): Delivery {
    return this.missed ? "dropped" : this.#push(frame);
  }

  /**
   * Puts the member on the topic's channel, unless publishes would overtake what waits for it, or it hears
   * in a way of its own.
   */
  subscribe(): void {
    if (this.#isOnChannel || this.#hear !== undefined || this.peer.outbox.isBackedUp) return;
    this.#isOnChannel = true;
    this.topic.onChannel++;
    this.peer.socket.subscribe(this.topic.channel);
  }

  unsubscribe(): void {
    if (!this.#isOnChannel) return;
    this.#isOnChannel = false;
    this.topic.onChannel--;
    if (this.peer.isOpen) this.peer.socket.unsubscribe(this.topic.channel);
  }

  backedUp(): void {
    this.unsubscribe();
  }

  relieved(): void {
    if (this.missed) {
      const picture = this.topic.picture?.(this);
      // The pictures of other topics may have taken the room again.
      this.missed = picture !== undefined && this.#push(picture) === "dropped";
    }
    if (this.topic.usesChannel) this.subscribe();
  }

  #push(frame: string): Delivery {
    const heard = this.#hear === undefined ? frame : this.#hear(frame, this);
    return heard === undefined ? "sent" : this.peer.outbox.push(heard);
  }
}

export type Member<Info> = LocalMember<Info> | RemoteMember<Info>;

/** The frame that shows a member the whole topic, for one that missed joined or left events. */
export type Picture<Info> = (member: LocalMember<Info>) => string;

export class Topic<Info> {
  readonly name: TopicName;
  readonly picture: Picture<Info> | undefined;
  /** Everybody, on all nodes, in the order in which this node heard of them. */
  readonly members = new Members<Info>();
  /** How many members are on this node. */
  localCount = 0;
  /** How many of them hear the channel. */
  onChannel = 0;
  /** From `channelFrom` members on, until nobody is left. */
  usesChannel = false;

  readonly #namespace: string;

  constructor(name: TopicName, namespace: string, picture: Picture<Info> | undefined) {
    this.name = name;
    this.#namespace = namespace;
    this.picture = picture;
  }

  /** The name of its native pub/sub channel, unique over all protocols. Few topics have many members. */
  get channel(): string {
    return `${this.#namespace}/${this.name}`;
  }

  /** Takes in a member of this node. With many of them, the channel serves them better than copies. */
  add(member: LocalMember<Info>): void {
    this.members.add(member);
    this.localCount++;
    if (this.usesChannel) member.subscribe();
    else if (this.localCount >= channelFrom) this.#useChannel();
  }

  delete(member: LocalMember<Info>): void {
    this.members.delete(member.id);
    this.localCount--;
    member.unsubscribe();
  }

  /** The members on this node. */
  *locals(): Iterable<LocalMember<Info>> {
    for (const member of this.members.values()) if (member.peer !== undefined) yield member;
  }

  #useChannel(): void {
    this.usesChannel = true;
    for (const member of this.locals()) member.subscribe();
  }
}
