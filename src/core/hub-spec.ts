// What a protocol gives its hub: what it lets other nodes say of members, the frames by which members hear
// of each other, and what the hub asks when nodes have to agree.

import type { GenericSchema } from "valibot";
import type { Announced } from "./announced.ts";
import { closeReasons } from "./close.ts";
import type { TopicName } from "./ids.ts";
import type { LocalMember, Member, RemoteMember, Topic } from "./member.ts";
import type { Outcome } from "./outcome.ts";
import type { Peer } from "./peer.ts";
import type { Traffic } from "./traffic.ts";

/** Is told who of this node joins and leaves, right after that, by the server that made the hub. Must not throw. */
export interface HubObserver {
  /** Counts what the hub publishes natively. */
  readonly traffic: Traffic;
  joined(peer: Peer, topic: string): void;
  left(peer: Peer, topic: string): void;
  /** What became of a relay of a peer; of one that fails late, twice. Unset where nobody wants to know. */
  relayed?(sender: Peer, outcome: Outcome): void;
}

/** One frame for all changes of a topic's members within some time. */
export interface ListSpec<Info> {
  /** Milliseconds after the first change until the list is sent; 0 for a small topic's list at each change. */
  readonly afterMs: number;
  /** For all members here, those who are new too. Not empty. */
  readonly frame: (topic: Topic<Info>) => string;
}

export interface HubSpec<Info> {
  /** Holds for the info of members on other nodes. A member whose info does not fit is ignored. */
  readonly info: GenericSchema<unknown, Info>;
  /** Holds for the ids of members on other nodes. If unset: letters, digits, `-` and `_`, at most 64. */
  readonly isId?: (id: string) => boolean;
  /** Which members `Members.counted` counts. None if unset. */
  readonly counts?: (info: Info) => boolean;
  /** The keys by which `Members.withKey` finds a member. None if unset. */
  readonly keysOf?: (info: Info) => readonly string[];
  /**
   * Members are sent frames of their own only, so topics need no native channel, which takes 400 bytes a member.
   * A broadcast still arrives, as a copy for each.
   */
  readonly isUnicast?: true;
  /** The name by which tokens know a topic. If unset: the topic's own. */
  readonly tokenName?: (topic: TopicName) => string;
  /** Its members are members of another hub, too: operators are not shown it, and it is not counted. */
  readonly isIndex?: true;
  /** Names of its topics, in bytes of UTF-8. If unset: `maxTopicNameBytes`. */
  readonly maxNameBytes?: number;
  /** For everybody else, when `member` has joined: it may be in the topic already, or just about to be. */
  readonly joined?: (member: Member<Info>, topic: Topic<Info>) => Announced;
  /** For everybody here, `member` too, when what the others may know of it has changed. */
  readonly updated?: (member: Member<Info>, topic: Topic<Info>) => Announced;
  /** For everybody else, when `member` has left and is not in the topic any more. */
  readonly left?: (member: Member<Info>, topic: Topic<Info>) => Announced;
  /**
   * What the list of members says of one, as JSON, if the protocol has such a list: see `Topic.entries`. A topic whose
   * list would not fit into a peer's queue is full.
   */
  readonly entry?: (member: Member<Info>) => string;
  /** The whole topic, for everybody, after members have joined or left. */
  readonly list?: ListSpec<Info>;
  /**
   * The whole topic, for a member that missed a joined, an updated, a left or a list, or is
   * thousands of them behind.
   */
  readonly snapshot?: (member: LocalMember<Info>) => Announced;
  /** A member on another node has become known. */
  readonly appeared?: (member: RemoteMember<Info>) => void;
  /**
   * A member's id is also held on another node, which has told so, or has told a change. The protocol decides
   * which of the two stays, alike on both nodes, and has the one here leave if it does not.
   */
  readonly rival?: (member: LocalMember<Info>, rival: RemoteMember<Info>) => void;
}

/** Whether members are told of each other, so that one that is away for a moment must not be announced as gone. */
export const isAnnounced = <Info>({ joined, left, list }: HubSpec<Info>): boolean =>
  joined !== undefined || left !== undefined || list !== undefined;

/** Whether a member stays in its topic though its connection is closed: the server stops, and nobody is to be told. */
export const outlivesRestart = <Info>(spec: HubSpec<Info>, { peer }: LocalMember<Info>): boolean =>
  peer.ended === closeReasons.restart && isAnnounced(spec);
