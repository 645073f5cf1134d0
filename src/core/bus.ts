// What joins nodes: the hub of each tells the others, through a link per protocol, what they must know.
// A node owns its members: only it says that they joined or left. This file has the one-node form.

import type { Outcome } from "./hub.ts";
import { type MemberId, type NodeId, newNodeId, type TopicName } from "./ids.ts";

/** A frame on its way to one member, as nodes pass it on. */
export interface Relay {
  readonly from: MemberId;
  readonly to: MemberId;
  readonly frame: string;
  /** What the sender's protocol needs to name the frame again, should it fail. */
  readonly reference: string;
}

/** A claim that was granted. */
export interface Claim {
  /** Grows from claim to claim of one id, on all nodes: microseconds since 1970. */
  readonly since: number;
}

/** From this node's hub to the others. Each call takes effect in the order of calls. */
export interface Link<Info> {
  /** Whether there are no other nodes, so that nobody has to be told or waited for. */
  readonly isAlone: boolean;
  /** This node has an interest in the topic: tell the receiver who is there, and all changes. */
  open(topic: TopicName): void;
  /** It has none any more: no more news of this topic is wanted. */
  close(topic: TopicName): void;
  /**
   * Of an open topic: nothing once the receiver knows its members on all nodes that can be reached, else
   * a promise of that. It resolves within seconds, and never rejects.
   */
  known(topic: TopicName): Promise<void> | undefined;
  /** As `Hub.claim` has it. */
  claim(topic: TopicName, proof: string): Claim | Promise<Claim | "taken">;
  joined(topic: TopicName, id: MemberId, info: Info): void;
  /** What the others may know of a member has changed. */
  updated(topic: TopicName, id: MemberId, info: Info): void;
  left(topic: TopicName, id: MemberId): void;
  /** `dropped` when `node` is out of reach; a failure there comes back by `remoteAnswered`. */
  relay(topic: TopicName, node: NodeId, relay: Relay): "sent" | "dropped";
  broadcast(topic: TopicName, frame: string): void;
}

/** How a relay to another node can fail. */
export type Failure = Exclude<Outcome, "sent" | "queued">;

/** From the other nodes to this node's hub. What concerns a topic that is not open here is ignored. */
export interface Receiver<Info> {
  /** The members on this node: what the others are to know of the topic. */
  local(topic: TopicName): Iterable<{ readonly id: MemberId; readonly info: Info }>;
  /** Of an id that is a member already: it is on `node` now. */
  remoteJoined(topic: TopicName, id: MemberId, info: Info, node: NodeId): void;
  remoteUpdated(topic: TopicName, id: MemberId, info: Info, node: NodeId): void;
  /** Ignored where the member is by now on another node than `node`. */
  remoteLeft(topic: TopicName, id: MemberId, node: NodeId): void;
  /** Delivers to a member here, and says what became of it. */
  remoteRelay(topic: TopicName, relay: Relay): Outcome;
  remoteBroadcast(topic: TopicName, frame: string): void;
  /** A relay that was `sent` has failed on its way. */
  remoteAnswered(topic: TopicName, from: MemberId, reference: string, outcome: Failure): void;
}

export interface Bus {
  readonly node: NodeId;
  /** False while other nodes may be there and none can be reached: this node serves its own peers. */
  readonly isReachable: boolean;
  /** Joins the hubs of one namespace on all nodes. */
  link<Info>(namespace: string, receiver: Receiver<Info>): Link<Info>;
}

const nobody: Link<unknown> = {
  isAlone: true,
  open() {},
  close() {},
  known: () => undefined,
  claim: () => ({ since: Date.now() * 1000 }),
  joined() {},
  updated() {},
  left() {},
  relay: () => "dropped",
  broadcast() {},
};

/** One node: there is nobody to tell. */
export const oneNode = (): Bus => ({ node: newNodeId(), isReachable: true, link: () => nobody });
