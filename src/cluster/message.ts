// What nodes say to each other: batches of parts, as JSON. Names are short, for each is sent with every
// part. Unknown fields and unknown kinds of parts are ignored; another major version is not understood.

import type { MemberId, NodeId } from "../core/ids.ts";
import type { FailedOutcome } from "../core/outcome.ts";

/** Raised when nodes before it would misunderstand. */
export const majorVersion = 1;

/** A member as other nodes are told of it. */
export interface ToldMember {
  readonly id: MemberId;
  readonly info?: unknown;
}

/** One member's coming, change or going. */
export type MemberPart =
  | ({ readonly t: "joined" | "updated" } & ToldMember)
  | { readonly t: "left"; readonly id: MemberId };

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
  /** The relay number `i` of the batch `s` found nobody, or no room. */
  | {
      readonly t: "failed";
      readonly c: string;
      readonly s: number;
      readonly i: number;
      readonly o: FailedOutcome;
    };

export type Part = TopicPart | NodePart;

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

type Field = (value: unknown) => boolean;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const text: Field = (value) => typeof value === "string";
const number: Field = (value) => typeof value === "number";
const members: Field = (value) =>
  Array.isArray(value) && value.every((each) => isObject(each) && text(each["id"]));
const failure: Field = (value) => value === "dropped" || value === "absent";

const kinds: Readonly<Record<Part["t"], Readonly<Record<string, Field>>>> = {
  hello: { m: members },
  joined: { id: text },
  updated: { id: text },
  left: { id: text },
  broadcast: { f: text },
  bye: {},
  relay: { c: text, to: text, f: text },
  state: { c: text, at: number, m: members },
  gone: { c: text, at: number },
  ask: { c: text },
  got: { c: text, s: number },
  lost: { c: text, after: number, s: number },
  failed: { c: text, s: number, i: number, o: failure },
};

const fieldsOf = new Map(
  Object.entries(kinds).map(([kind, fields]) => [kind, Object.entries(fields)]),
);

/**
 * Whether a part of a batch has what its kind needs. One that has not is ignored, as is a kind that is not known:
 * whoever can publish in Redis can say anything, and none of it may throw in the middle of a batch.
 */
function isPart(value: unknown): value is Part {
  if (!isObject(value)) return false;
  const fields = fieldsOf.get(String(value["t"]));
  return fields?.every(([name, isField]) => isField(value[name])) === true;
}

/** @returns nothing for what no node can have said */
export function readBatch(text: string): Batch | undefined {
  try {
    const batch: Partial<Batch> | null = JSON.parse(text);
    if (typeof batch?.v !== "number" || typeof batch.n !== "string") return undefined;
    const { v, n, e, s, f, b } = batch;
    // Nothing more is known of another version.
    if (v !== majorVersion) return { v, n, e: 0, s: 0, b: [] };
    if (typeof e !== "number" || typeof s !== "number" || !Array.isArray(b)) return undefined;
    return { v, n, e, s, ...(f === 1 && { f }), b: b.filter(isPart) };
  } catch {
    return undefined;
  }
}

/** Whether somebody greets in it. */
export const hasHello = ({ b: parts }: Batch): boolean =>
  (parts as readonly TopicPart[]).some(({ t }) => t === "hello");
