// What nodes tell each other: batches of parts. Field names are short, since each is sent with every part. `f` is a frame,
// which is sent as it is. Unknown fields and kinds of parts are ignored. Nodes of different major versions do not meet.

import type { NodeId } from "../core/ids.ts";
import type { LateFailure } from "../core/outcome.ts";

/** Raised when older nodes would misunderstand newer ones. */
export const majorVersion = 2;

/** Bytes of the longest batch. Before a node sends a longer one, it takes Redis for stalled. */
export const maxBatchBytes = 33_554_432;

/** UTF-16 units of the longest question or order, as JSON. */
export const maxQuestionLength = 65_536;

/** UTF-16 units of the longest piece of an answer. */
export const maxPieceLength = 16_384;

/** Pieces of the longest answer. */
export const maxPieces = 64;

/** Most milliseconds that an answer is kept for the node that has asked. */
export const maxQuestionMs = 60_000;

/** A member, as other nodes are told. */
export interface ToldMember {
  readonly id: string;
  readonly info?: unknown;
  /** That of its token, if it has one. */
  readonly role?: unknown;
}

/** A member has joined, changed or left. */
export type MemberPart =
  /** @property from the node that had the member before, and has given it up */
  | ({ readonly t: "joined"; readonly from?: NodeId | undefined } & ToldMember)
  | ({ readonly t: "updated" } & ToldMember)
  /** @property to the node that has the member now; if unset, it is nowhere */
  | { readonly t: "left"; readonly id: string; readonly to?: NodeId | undefined };

/** On a topic's channel, for all nodes that have it open. */
export type TopicPart =
  | MemberPart
  /** Hello: I have the topic open, with these members. Who else? */
  | { readonly t: "hello"; readonly m: readonly ToldMember[] }
  | { readonly t: "broadcast"; readonly f: string }
  /** The same for members with one of these roles. Nodes that know no roles ignore it. */
  | { readonly t: "multicast"; readonly f: string; readonly to: readonly string[] }
  /** I have closed the topic. */
  | { readonly t: "bye" };

export interface RelayPart {
  readonly t: "relay";
  readonly c: string;
  readonly to: string;
  readonly f: string;
}

/** Answers an `ask`, or the hello in the batch `re`. */
interface TopicAnswer {
  readonly c: string;
  readonly at: number;
  readonly re?: number | undefined;
}

/** My members of the topic, as of the batch `at` on its channel. */
export interface StatePart extends TopicAnswer {
  readonly t: "state";
  readonly m: readonly ToldMember[];
}

/** For one node. `c` is the topic's channel, or where it says so an inbox. */
export type NodePart =
  | RelayPart
  | StatePart
  /** I do not have the topic open; my batches on its channel have serials up to `at`. */
  | ({ readonly t: "gone" } & TopicAnswer)
  | { readonly t: "ask"; readonly c: string }
  /** Your batches to my inbox `c` up to `s` have come, or will not be taken any more. */
  | { readonly t: "got"; readonly c: string; readonly s: number }
  /** Your batches to my inbox `c` after `after` and before `s` have not come. */
  | { readonly t: "lost"; readonly c: string; readonly after: number; readonly s: number }
  /** My batches to your inbox `c` have serials up to `s`; higher ones were forged. */
  | { readonly t: "last"; readonly c: string; readonly s: number }
  /** Relay number `i` in your batch `s` to my inbox `c` has failed. */
  | {
      readonly t: "failed";
      readonly c: string;
      readonly s: number;
      readonly i: number;
      readonly o: LateFailure;
    };

/** On the channel of all nodes. */
export type PresencePart =
  /** I am here. A node that has not told me so says `hi`. */
  | { readonly t: "here" }
  /** I leave. */
  | { readonly t: "away" };

/** My question number `i`, of the kind `k`: JSON. The answer is wanted within `ms` milliseconds. */
export interface QuestionPart {
  readonly t: "question";
  readonly i: number;
  readonly k: string;
  readonly q: string;
  readonly ms: number;
}

/** Piece `p` of `of` pieces, from 0, of my answer to your question `i`. If `of` is 0, I have no answer. */
export interface AnswerPart {
  readonly t: "answer";
  readonly i: number;
  readonly p: number;
  readonly of: number;
  readonly a: string;
}

/** Not about a topic. */
export type ControlPart =
  | PresencePart
  | QuestionPart
  | AnswerPart
  /** Send piece `p` of your answer to my question `i`. */
  | { readonly t: "more"; readonly i: number; readonly p: number }
  /** An order of the kind `k`: JSON. */
  | { readonly t: "order"; readonly k: string; readonly o: string }
  /** I am here, too. */
  | { readonly t: "hi" };

export type BatchPart = TopicPart | NodePart | ControlPart;

/** What is published at once. */
export interface Batch {
  /** Major version. */
  readonly v: number;
  /** The node that has published it. */
  readonly n: NodeId;
  /** Raised when that node may have missed messages, or others may have missed its own. */
  readonly e: number;
  /** Serial: grows by one with each batch of that node on this channel. */
  readonly s: number;
  /** Set on that node's first batch on this channel, also after it has forgotten the channel. */
  readonly f?: 1;
  readonly b: readonly BatchPart[];
}

/** Whether the batch has a hello. */
export const hasHello = ({ b: parts }: Batch): boolean =>
  (parts as readonly TopicPart[]).some(({ t }) => t === "hello");
