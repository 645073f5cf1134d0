// What nodes say to each other: batches of parts, as JSON. Names are short, for each is sent with every
// part. Unknown fields and unknown kinds of parts are ignored; another major version is not understood.

import type { NodeId } from "../core/ids.ts";
import type { FailedOutcome } from "../core/outcome.ts";

/** Raised when nodes before it would misunderstand. */
export const majorVersion = 1;

/** UTF-16 units of the longest batch; a node would be taken for stalled before it has said more. */
export const maxBatchLength = 33_554_432;

/** UTF-16 units of the longest question or order, as JSON. */
export const maxQuestionLength = 65_536;

/** UTF-16 units of the longest piece of an answer. */
export const maxPieceLength = 16_384;

/** Pieces of the longest answer. */
export const maxPieces = 64;

/** Milliseconds that a question may last for those who answer. */
export const maxQuestionMs = 60_000;

/** A member as other nodes are told of it. */
export interface ToldMember {
  readonly id: string;
  readonly info?: unknown;
}

/** One member's coming, change or going. */
export type MemberPart =
  | ({ readonly t: "joined" | "updated" } & ToldMember)
  | { readonly t: "left"; readonly id: string };

/** On a topic's channel, to all nodes that have it open. */
export type TopicPart =
  | MemberPart
  /** I have the topic open, with these members; and you? */
  | { readonly t: "hello"; readonly m: readonly ToldMember[] }
  | { readonly t: "broadcast"; readonly f: string }
  /** I have closed the topic. */
  | { readonly t: "bye" };

export interface RelayPart {
  readonly t: "relay";
  readonly c: string;
  readonly to: string;
  readonly f: string;
}

/** An answer to `ask`, or to the hello in the batch `re`. */
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

/** To one node; `c` is the topic's channel. */
export type NodePart =
  | RelayPart
  | StatePart
  /** I do not have the topic open, and what I said of it has numbers up to `at`. */
  | ({ readonly t: "gone" } & TopicAnswer)
  | { readonly t: "ask"; readonly c: string }
  /** Of the batches to the inbox `c`, those up to `s` have come, or will not be taken any more. */
  | { readonly t: "got"; readonly c: string; readonly s: number }
  /** Those after `after` and before `s` have not come. */
  | { readonly t: "lost"; readonly c: string; readonly after: number; readonly s: number }
  /** Mine to the inbox `c` have numbers up to `s`, whatever was said in my name. */
  | { readonly t: "last"; readonly c: string; readonly s: number }
  /** The relay number `i` of the batch `s` found nobody, or no room. */
  | {
      readonly t: "failed";
      readonly c: string;
      readonly s: number;
      readonly i: number;
      readonly o: FailedOutcome;
    };

/** To all nodes. */
export type PresencePart =
  /** I am here; who has not heard of me says hi. */
  | { readonly t: "here" }
  /** I end. */
  | { readonly t: "away" };

/** The question number `i` of a node: of the kind `k`, as JSON, answered in so many milliseconds. */
export interface QuestionPart {
  readonly t: "question";
  readonly i: number;
  readonly k: string;
  readonly q: string;
  readonly ms: number;
}

/** The piece `p`, from 0, of so many of the answer to a question. None is none. */
export interface AnswerPart {
  readonly t: "answer";
  readonly i: number;
  readonly p: number;
  readonly of: number;
  readonly a: string;
}

/** Beside topics. */
export type ControlPart =
  | PresencePart
  | QuestionPart
  | AnswerPart
  /** Of the answer to my question `i` I have got the pieces before `p`. */
  | { readonly t: "more"; readonly i: number; readonly p: number }
  /** An order of the kind `k`, as JSON. */
  | { readonly t: "order"; readonly k: string; readonly o: string }
  | { readonly t: "hi" };

export type Part = TopicPart | NodePart | ControlPart;

/** What is published at once on a channel. */
export interface Batch {
  /** Major version. */
  readonly v: number;
  /** Who says it. */
  readonly n: NodeId;
  /** Grows whenever that node may have missed something, or may have been missed. */
  readonly e: number;
  /** Number of the batch: of one node on one channel they grow by one. */
  readonly s: number;
  /** Set where that node has said nothing before on that channel, or has forgotten it since. */
  readonly f?: 1;
  readonly b: readonly Part[];
}

/** What all batches of a node begin with, which tells one's own. */
export const headOf = (node: NodeId): string => `{"v":${majorVersion},"n":"${node}",`;

/**
 * @param parts each as JSON
 * @param isFirst whether it has `f`
 */
export const batchText = (
  node: NodeId,
  epoch: number,
  serial: number,
  parts: readonly string[],
  isFirst = false,
): string =>
  `${headOf(node)}"e":${epoch},"s":${serial},${isFirst ? '"f":1,' : ""}"b":[${parts.join(",")}]}`;

/** Whether somebody greets in it. */
export const hasHello = ({ b: parts }: Batch): boolean =>
  (parts as readonly TopicPart[]).some(({ t }) => t === "hello");
