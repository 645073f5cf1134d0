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

/** From this node's hub to the others. Each call takes effect in the order of calls. */
export interface Link<Info> {
  /** The first member on this node is about to join: tell the receiver who is there, and all changes. */
  open(topic: TopicName): void;
  /** The last member on this node has left: no more news of this topic is wanted. */
  close(topic: TopicName): void;
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

/** From the other nodes to this node's hub. What concerns a topic without members here is ignored. */
export interface Receiver<Info> {
  remoteJoined(topic: TopicName, id: MemberId, info: Info, node: NodeId): void;
  remoteUpdated(topic: TopicName, id: MemberId, info: Info): void;
  remoteLeft(topic: TopicName, id: MemberId): void;
  /** Delivers to a member here, and says what became of it. */
  remoteRelay(topic: TopicName, relay: Relay): Outcome;
  remoteBroadcast(topic: TopicName, frame: string): void;
  /** A relay that was `sent` has failed on its way. */
  remoteAnswered(topic: TopicName, from: MemberId, reference: string, outcome: Failure): void;
}

export interface Bus {
  readonly node: NodeId;
  /** Joins the hubs of one namespace on all nodes. */
  link<Info>(namespace: string, receiver: Receiver<Info>): Link<Info>;
}

const nobody: Link<unknown> = {
  open() {},
  close() {},
  joined() {},
  updated() {},
  left() {},
  relay: () => "dropped",
  broadcast() {},
};

/** One node: there is nobody to tell. */
export const oneNode = (): Bus => ({ node: newNodeId(), link: () => nobody });
