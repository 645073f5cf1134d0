// What a protocol gives its hub: the frames by which members of a topic hear of each other, and what the
// hub asks when nodes have to agree.

import type { Failure } from "./bus.ts";
import type { MemberId } from "./ids.ts";
import type { LocalMember, Member, RemoteMember, Topic } from "./topic.ts";

/** One frame, or several in their order, or none. */
export type Announced = string | readonly string[];

/** A protocol leaves out what it has not. */
export interface Announcements<Info> {
  /** For everybody else, when `member` has joined: it may be in the topic already, or just about to be. */
  readonly joined?: (member: Member<Info>, topic: Topic<Info>) => Announced;
  /** For everybody else, when `member` has left and is not in the topic any more. */
  readonly left?: (member: Member<Info>, topic: Topic<Info>) => Announced;
  /** The whole topic, for a member that missed a joined or a left. */
  readonly picture?: (member: LocalMember<Info>) => string;
  /** A member is known from now on that is on another node. */
  readonly appeared?: (member: RemoteMember<Info>) => void;
  /** A relay to another node has failed, and who sent it is no member of that topic. */
  readonly answered?: (from: MemberId, reference: string, outcome: Failure) => void;
  /**
   * A member's id is also held on another node. The protocol decides which of the two stays, alike on both
   * nodes, and has the one here leave if it does not.
   */
  readonly rival?: (member: LocalMember<Info>, rival: RemoteMember<Info>) => void;
}
