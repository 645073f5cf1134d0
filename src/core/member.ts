// One peer's membership of a topic, and what the members of a topic see of it.

import { type Announced, framesOf } from "./announced.ts";
import type { MemberId, NodeId, TopicName } from "./ids.ts";
import type { BackpressureListener } from "./outbox.ts";
import type { Delivery } from "./outcome.ts";
import type { Peer } from "./peer.ts";

/** A topic as its members and its protocol see it. */
export interface Topic<Info> {
  readonly name: TopicName;
  /** Everybody, on all nodes, in the order in which this node heard of them. */
  readonly members: Members<Info>;
  /** How many members are on this node. */
  readonly localCount: number;
  /** The name of its native pub/sub channel, unique over all protocols. */
  readonly channel: string;
  /** Whether it uses that channel: from `channelFrom` members here on, until nobody is left. */
  readonly usesChannel: boolean;
  /** How many members are subscribed to that channel. `LocalMember` keeps it. */
  onChannel: number;
  /** What shows a member the whole topic, for one that missed something that was announced. */
  readonly snapshot: ((member: LocalMember<Info>) => Announced) | undefined;
  /** What `HubSpec.entry` says of everybody but `except`, with commas between. */
  entries(except: Member<Info>): string;
  /** Tells a member what has gathered of who joined and left. */
  catchUp(member: LocalMember<Info>): void;
  /** The member has been shown the whole topic. */
  caughtUp(member: LocalMember<Info>): void;
}

/** The members of a topic by their ids. Nobody may join or leave while they are iterated. */
export interface Members<Info> {
  readonly size: number;
  /** How many of them `HubSpec.counts` holds for. */
  readonly counted: number;
  get(id: string): Member<Info> | undefined;
  keys(): Iterable<string>;
  values(): Iterable<Member<Info>>;
  /** Those for which `HubSpec.keysOf` has this key, in any order. What it costs depends on how many these are. */
  withKey(key: string): Iterable<Member<Info>>;
  /**
   * Some members at random, none of them twice. What it costs depends on how many are wanted, not on how many
   * there are.
   * @param count how many are wanted; there may be fewer
   * @param except is not among them
   */
  sample(count: number, except?: Member<Info>): readonly Member<Info>[];
}

/** A member that is connected to another node. */
export interface RemoteMember<Info> {
  readonly id: MemberId;
  info: Info;
  node: NodeId;
  /** That of its token. */
  role?: string | undefined;
  /** Tells it from a local member. */
  readonly peer?: undefined;
}

/** What a protocol says of a member when it joins. */
export interface Joining<Info> {
  /** Kept for as long as the member stays; must not have been cut out of a message. */
  readonly id: MemberId;
  /** What the others may know of it: JSON, since other nodes get it too. Kept like the id. */
  readonly info: Info;
  /** The node that had the member and has given it up: it need not have said so yet. */
  readonly movedFrom?: NodeId | undefined;
  /** Rewrites a frame of the topic for this member; `undefined` skips it. */
  readonly render?: (frame: string, member: LocalMember<Info>) => string | undefined;
  /**
   * Takes every frame of the topic in place of the outbox: relays, broadcasts, and what is announced, also while
   * the member waits for a snapshot. Its answer is what the sender is told; of an announced frame, `dropped` has
   * the snapshot sent later. A member that has this is never on the native channel.
   */
  readonly take?: (frame: string, member: LocalMember<Info>) => Delivery;
}

/** A member that is connected here. */
export class LocalMember<Info> implements BackpressureListener {
  readonly id: MemberId;
  /** Changed by the topic's `MemberMap` alone. */
  info: Info;
  /** Changed by `moveTo` alone. */
  peer: Peer;
  readonly topic: Topic<Info>;
  /** What was announced found no room: nothing else of the topic is sent before a fresh snapshot. */
  missed = false;
  readonly #render: Joining<Info>["render"];
  readonly #take: Joining<Info>["take"];
  #isOnChannel = false;

  constructor(topic: Topic<Info>, peer: Peer, { id, info, render, take }: Joining<Info>) {
    this.#render = render;
    this.#take = take;
    this.id = id;
    this.info = info;
    this.peer = peer;
    this.topic = topic;
  }

  /** That of its token. */
  get role(): string | undefined {
    return this.peer.pass?.role;
  }

  /** What other nodes know of it. */
  get shown(): Pick<RemoteMember<Info>, "id" | "info" | "role"> {
    return { id: this.id, info: this.info, role: this.role };
  }

  /** Whether native publishes to the topic reach this member. If not, it gets copies by its outbox. */
  get isOnChannel(): boolean {
    return this.#isOnChannel;
  }

  /** Sends a frame of the topic. A member that missed something gets none before its snapshot. */
  send(frame: string): Delivery {
    // What it gets must not name somebody of whom it has not heard.
    this.topic.catchUp(this);
    return this.missed && this.#take === undefined ? "dropped" : this.deliver(frame);
  }

  /** The same for a frame of somebody else, to whom a fault here is nothing: it ends this peer. */
  relay(frame: string): Delivery | "absent" {
    if (this.#isGone) return "absent";
    try {
      return this.send(frame);
    } catch (thrown) {
      this.peer.faulted(thrown);
      return "dropped";
    }
  }

  /** Its socket is closed, and it has not left yet: of thousands who leave at once, each waits for its turn. */
  get #isGone(): boolean {
    return !this.peer.isOpen && this.peer.transport.isCounted !== true;
  }

  /** Sends a frame whatever the member has been told before. */
  deliver(frame: string): Delivery {
    return this.#take === undefined ? this.#push(frame) : this.#take(frame, this);
  }

  /**
   * Subscribes the member to the topic's channel, unless publishes would overtake what waits for it, or it gets
   * other frames than those that are published.
   */
  subscribe(): void {
    if (this.#isOnChannel || this.peer.outbox.isBackedUp) return;
    if (this.#render !== undefined || this.#take !== undefined) return;
    if (this.peer.transport.isCounted === true) return;
    this.#isOnChannel = true;
    this.topic.onChannel++;
    this.peer.transport.subscribe(this.topic.channel);
  }

  unsubscribe(): void {
    if (!this.#isOnChannel) return;
    this.#isOnChannel = false;
    this.topic.onChannel--;
    if (this.peer.isOpen) this.peer.transport.unsubscribe(this.topic.channel);
  }

  /** The membership goes on with another peer of this node, and nobody is told. */
  moveTo(peer: Peer): void {
    this.unsubscribe();
    this.peer.forget(this);
    this.peer = peer;
    peer.remember(this);
    if (!peer.outbox.isBackedUp) this.relieved();
  }

  /** Its connection is gone for good, and it stays in the topic: it gets nothing more, and senders are told. */
  park(): void {
    this.unsubscribe();
    this.missed = true;
  }

  backedUp(): void {
    this.unsubscribe();
  }

  relieved(): void {
    if (this.missed) {
      const snapshot = framesOf(this.topic.snapshot?.(this));
      // The snapshots of other topics may have taken the room again.
      this.missed = snapshot.some((frame) => this.#push(frame) === "dropped");
      if (!this.missed) this.topic.caughtUp(this);
    }
    if (this.topic.usesChannel) this.subscribe();
  }

  #push(frame: string): Delivery {
    const rendered = this.#render === undefined ? frame : this.#render(frame, this);
    return rendered === undefined ? "sent" : this.peer.outbox.push(rendered);
  }
}

export type Member<Info> = LocalMember<Info> | RemoteMember<Info>;
