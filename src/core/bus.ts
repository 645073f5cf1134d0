// What joins nodes. The hub of each protocol tells the hubs of the other nodes about its members by a link;
// operators ask all nodes questions and give them orders. A node owns its members: only it says that they
// joined or left.

import type { MemberId, NodeId, TopicName } from "./ids.ts";
import type { Arrival, LateFailure } from "./outcome.ts";
import type { SharedSet } from "./shared-set.ts";

/** A frame on its way to one member on another node. */
export interface Relay {
  readonly to: MemberId;
  readonly frame: string;
  /** Called once if the relay fails after it was `sent`. */
  readonly failed: (why: LateFailure) => void;
  /** UTF-16 units that `failed` keeps in memory, for the ledger of what is under way. */
  readonly held: number;
}

/** A claim that was granted. */
export interface Claim {
  /** Grows from claim to claim of one id, on all nodes: microseconds since 1970. */
  readonly since: number;
  /**
   * Set where it was granted by this node alone, because the claim could not be written though other nodes are reached:
   * a holder that is known there keeps the id.
   */
  readonly isUnwritten?: true;
}

/** A member that goes on at another node, which need not have said so yet. */
export interface MovedMember {
  readonly node: NodeId;
  readonly info: unknown;
  readonly role?: string | undefined;
}

/** From this node's hub to the others. Calls take effect in the order in which they are made. */
export interface Link {
  /** Whether there are no other nodes, so that nobody has to be told or waited for. */
  readonly isAlone: boolean;
  /** This node needs the topic: the receiver is told who is there, and of all changes. */
  open(topic: TopicName): void;
  /** This node does not need the topic any more. */
  close(topic: TopicName): void;
  /**
   * For an open topic: `undefined` once the receiver knows its members on all nodes that can be reached, or
   * a promise of that. It resolves within seconds, and never rejects.
   */
  known(topic: TopicName): Promise<void> | undefined;
  /** As `Hub.claim` has it. */
  claim(topic: TopicName, proof: string): Claim | Promise<Claim | "taken">;
  /**
   * @param role that of the member's token, as in `Pass`
   * @param movedFrom the node that has given the member up; what it says of that later is no news
   */
  joined(topic: TopicName, id: MemberId, info: unknown, role?: string, movedFrom?: NodeId): void;
  /** What the others may know of a member has changed. */
  updated(topic: TopicName, id: MemberId, info: unknown, role?: string): void;
  /** @param moved the member as it is on the node that has it now */
  left(topic: TopicName, id: MemberId, moved?: MovedMember): void;
  /** @returns `dropped`, without calling `failed`, when `node` is out of reach */
  relay(topic: TopicName, node: NodeId, relay: Relay): "sent" | "dropped";
  /** @param to the roles that it may reach; everybody if unset */
  broadcast(topic: TopicName, frame: string, to?: ReadonlySet<string>): void;
}

/**
 * From the other nodes to this node's hub, which believes nothing of it unseen: a node may be of another
 * version, and whoever can publish in Redis can say anything. What is about a topic that is not open here
 * is ignored.
 */
export interface Receiver {
  /** Whether members are told of each other: then those of a node that stops are kept for a while. */
  readonly isAnnounced?: boolean;
  /** The members on this node: what the others are to know of the topic. */
  local(topic: TopicName): Iterable<{
    readonly id: MemberId;
    readonly info: unknown;
    readonly role?: string | undefined;
  }>;
  /** If the id is a member already, it has moved to `node`. */
  remoteJoined(topic: TopicName, id: string, info: unknown, node: NodeId, role?: unknown): void;
  /** If the id is a member here, this is its rival. Else ignored if the member is now on another node. */
  remoteUpdated(topic: TopicName, id: string, info: unknown, node: NodeId, role?: unknown): void;
  /** Ignored if the member is now on another node than `node`. */
  remoteLeft(topic: TopicName, id: string, node: NodeId): void;
  /** Delivers to a member here. */
  remoteRelay(topic: TopicName, to: string, frame: string): Arrival;
  /** @param to as in `Link.broadcast` */
  remoteBroadcast(topic: TopicName, frame: string, to?: ReadonlySet<string>): void;
}

/** What came back for a question. */
export interface Answers {
  /** By node, this one included. What another node answers is to be checked like any input. */
  readonly answers: ReadonlyMap<NodeId, unknown>;
  /** Nodes that are alive as far as is known, and did not answer in time. */
  readonly missing: readonly NodeId[];
}

export interface Bus {
  readonly node: NodeId;
  /** False while other nodes may be there and some cannot be reached: this node serves its own peers. */
  readonly isReachable: boolean;
  /** Whether so many topics have been opened here that those to come should wait. */
  readonly isLate: boolean;
  /** The other nodes that are known to be alive, whether or not they share a topic with this one. */
  readonly others: Iterable<NodeId>;
  /** Whether another node is there, or was until so shortly that its members are not taken for gone. */
  keeps(node: NodeId): boolean;
  /** Joins the hubs of one namespace on all nodes. */
  link(namespace: string, receiver: Receiver): Link;
  /**
   * Answers questions of a kind, for all nodes. One handler a kind.
   * @param answer JSON in, JSON out; if it throws, this node counts as missing
   */
  onQuestion(kind: string, answer: (question: unknown) => unknown): void;
  /** Obeys orders of a kind. One handler a kind; what it throws is logged. */
  onOrder(kind: string, obey: (order: unknown) => void): void;
  /**
   * Asks all nodes, this one included, or one other node only.
   * @param question JSON, at most some KiB
   * @param of the one node that is asked
   * @returns when all nodes that are known have answered, or after `deadlineMs`; never rejects
   */
  ask(kind: string, question: unknown, deadlineMs: number, of?: NodeId): Promise<Answers>;
  /**
   * Writes a value that all nodes see for so long, unless there is one under this name.
   * @param value no spaces
   * @returns the one that is there now; `undefined` if that cannot be known
   */
  firstValue(name: string, value: string, seconds: number): Promise<string | undefined>;
  /** Gives an order to one node or to all, this one included. An order may be lost with a connection. */
  tell(to: NodeId | "all", kind: string, order: unknown): void;
  /**
   * Makes a set that all nodes share. Once for each name.
   * @param added is called when there is something new in it, whichever node has added it. Must not throw
   */
  shared(name: string, added: () => void): SharedSet;
}
