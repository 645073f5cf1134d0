// What nodes say to each other: batches of parts, as JSON. Names are short, for each is sent with every
// part. Unknown fields and unknown kinds of parts are ignored; another major version is not understood.
//
// Whoever can publish in Redis can say anything, so nothing is believed unread: a batch that no node can have said is
// ignored, and so is a part of which something cannot be.

import { isPlainId, type NodeId } from "../core/ids.ts";
import type { FailedOutcome } from "../core/outcome.ts";

/** Raised when nodes before it would misunderstand. */
export const majorVersion = 1;

/** UTF-16 units of the longest batch; a node would be taken for stalled before it has said more. */
export const maxBatchLength = 33_554_432;

/** Above all numbers of batches: at a million a second they last for nine years. */
const maxSerial = 2 ** 48;

/** Above all epochs. */
const maxEpoch = 2 ** 32;

const maxVersion = 65_535;

/** UTF-16 units of the longest channel: a prefix, a namespace, a topic's name and a node. */
const maxChannelLength = 1024;

/** UTF-16 units of the longest id of a member; each protocol has its own rules within. */
const maxIdLength = 1024;

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

/** @returns nothing for what no node can have said */
export function readBatch(text: string): Batch | undefined {
  if (text.length > maxBatchLength) return undefined;
  try {
    // Strings in what is parsed are copies: what is kept of it does not keep the text.
    const batch: Partial<Batch> | null = JSON.parse(text);
    if (!isWhole(batch?.v, 0, maxVersion) || !isNode(batch?.n)) return undefined;
    const { v, n, e, s, f, b } = batch;
    // Nothing more is known of another version.
    if (v !== majorVersion) return { v, n, e: 0, s: 0, b: [] };
    if (!isWhole(e, 0, maxEpoch) || !isWhole(s, 1, maxSerial) || !Array.isArray(b))
      return undefined;
    return { v, n, e, s, ...(f === 1 && { f }), b: b.filter(isPart) };
  } catch {
    return undefined;
  }
}

/** Whether somebody greets in it. */
export const hasHello = ({ b: parts }: Batch): boolean =>
  (parts as readonly TopicPart[]).some(({ t }) => t === "hello");

const isWhole = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most;

const isText = (value: unknown, maxLength: number): value is string =>
  typeof value === "string" && value !== "" && value.length <= maxLength;

const isNode = (value: unknown): value is NodeId => typeof value === "string" && isPlainId(value);

type Field = (value: unknown) => boolean;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const frame: Field = (value) => typeof value === "string";
const channel: Field = (value) => isText(value, maxChannelLength);
const id: Field = (value) => isText(value, maxIdLength);
const serial: Field = (value) => isWhole(value, 0, maxSerial);
const hello: Field = (value) => value === undefined || serial(value);
const members: Field = (value) =>
  Array.isArray(value) && value.every((each) => isObject(each) && id(each["id"]));
const failure: Field = (value) => value === "dropped" || value === "absent";

const kinds: Readonly<Record<Part["t"], Readonly<Record<string, Field>>>> = {
  hello: { m: members },
  joined: { id },
  updated: { id },
  left: { id },
  broadcast: { f: frame },
  bye: {},
  relay: { c: channel, to: id, f: frame },
  state: { c: channel, at: serial, re: hello, m: members },
  gone: { c: channel, at: serial, re: hello },
  ask: { c: channel },
  got: { c: channel, s: serial },
  lost: { c: channel, after: serial, s: serial },
  last: { c: channel, s: serial },
  failed: { c: channel, s: serial, i: serial, o: failure },
};

const fieldsOf = new Map(
  Object.entries(kinds).map(([kind, fields]) => [kind, Object.entries(fields)]),
);

/** Whether a part has what its kind needs, and nothing that cannot be. */
function isPart(value: unknown): value is Part {
  if (!isObject(value)) return false;
  const fields = fieldsOf.get(String(value["t"]));
  return fields?.every(([name, isField]) => isField(value[name])) === true;
}
