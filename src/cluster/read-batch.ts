// Reads batches. Anybody who can publish in Redis can write anything, so everything is checked: a batch that no node
// can have published is ignored, and so is each part with a field that cannot be.

import { isPlainId, type NodeId } from "../core/ids.ts";
import { isRole } from "../core/rights.ts";
import {
  type Batch,
  type BatchPart,
  majorVersion,
  maxBatchBytes,
  maxPieceLength,
  maxPieces,
  maxQuestionLength,
  maxQuestionMs,
} from "./message.ts";

/** No serial is above it: at a million batches a second that takes nine years. */
const maxSerial = 2 ** 48;

/** No epoch is above it. */
const maxEpoch = 2 ** 32;

const maxVersion = 65_535;

/** UTF-16 units of the longest channel: a prefix, a namespace, a topic's name and a node. */
const maxChannelLength = 1024;

/** UTF-16 units of the longest id of a member. The hub checks it by the rules of its protocol. */
const maxIdLength = 1024;

/** UTF-16 units of the longest kind of a question or order. */
const maxKindLength = 64;

/** Ends the JSON of a batch. */
const lineBreak = 10;

/** @returns `undefined` for bytes that no node can have published */
export function readBatch(bytes: Buffer): Batch | undefined {
  if (bytes.length > maxBatchBytes) return undefined;
  const found = bytes.indexOf(lineBreak);
  const end = found === -1 ? bytes.length : found;
  try {
    // `JSON.parse` copies strings, so that what is kept of a batch does not keep its text (Bun 1.4.4).
    const batch: Partial<Batch> | null = JSON.parse(bytes.toString("utf8", 0, end));
    if (!isWhole(batch?.v, 0, maxVersion) || !isNode(batch?.n)) return undefined;
    const { v, n, e, s, f, b } = batch;
    // Another version may have other fields.
    if (v !== majorVersion) return { v, n, e: 0, s: 0, b: [] };
    if (!isWhole(e, 0, maxEpoch) || !isWhole(s, 1, maxSerial) || !Array.isArray(b))
      return undefined;
    return { v, n, e, s, ...(f === 1 && { f }), b: readParts(b, bytes, end + 1) };
  } catch {
    return undefined;
  }
}

/**
 * @param told the parts; in place of a frame, each has the bytes of it
 * @param start where the first frame begins
 */
function readParts(told: readonly unknown[], bytes: Buffer, start: number): BatchPart[] {
  const parts: BatchPart[] = [];
  let at = start;
  for (const part of told) {
    if (!isObject(part)) continue;
    const { f: length } = part;
    if (length !== undefined) {
      const begin = at;
      if (isWhole(length, 1, maxBatchBytes)) at += length;
      // A part whose frame is not all there has none. Whatever its kind is, the next frame begins after it.
      const isThere = at > begin && at <= bytes.length;
      part["f"] = isThere ? bytes.toString("utf8", begin, at) : undefined;
    }
    if (isPart(part)) parts.push(part);
  }
  return parts;
}

const isWhole = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most;

const isText = (value: unknown, maxLength: number): value is string =>
  typeof value === "string" && value !== "" && value.length <= maxLength;

const isNode = (value: unknown): value is NodeId => typeof value === "string" && isPlainId(value);

type Field = (value: unknown) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const frame: Field = (value) => typeof value === "string" && value !== "";
const channel: Field = (value) => isText(value, maxChannelLength);
const id: Field = (value) => isText(value, maxIdLength);
const serial: Field = (value) => isWhole(value, 0, maxSerial);
const hello: Field = (value) => value === undefined || serial(value);
const members: Field = (value) =>
  Array.isArray(value) && value.every((each) => isObject(each) && id(each["id"]));
const node: Field = (value) => value === undefined || isNode(value);
const roles: Field = (value) => Array.isArray(value) && value.every(isRole);
const kind: Field = (value) => isText(value, maxKindLength);
const question: Field = (value) => isText(value, maxQuestionLength);
const piece: Field = (value) => value === "" || isText(value, maxPieceLength);
const index: Field = (value) => isWhole(value, 0, maxPieces);
const failure: Field = (value) => value === "dropped" || value === "absent";

const kinds: Readonly<Record<BatchPart["t"], Readonly<Record<string, Field>>>> = {
  hello: { m: members },
  joined: { id, from: node },
  updated: { id },
  left: { id, to: node },
  broadcast: { f: frame },
  multicast: { f: frame, to: roles },
  bye: {},
  relay: { c: channel, to: id, f: frame },
  state: { c: channel, at: serial, re: hello, m: members },
  gone: { c: channel, at: serial, re: hello },
  ask: { c: channel },
  got: { c: channel, s: serial },
  lost: { c: channel, after: serial, s: serial },
  last: { c: channel, s: serial },
  failed: { c: channel, s: serial, i: serial, o: failure },
  here: {},
  away: {},
  hi: {},
  question: { i: serial, k: kind, q: question, ms: (value) => isWhole(value, 0, maxQuestionMs) },
  answer: { i: serial, p: index, of: index, a: piece },
  more: { i: serial, p: index },
  order: { k: kind, o: question },
};

const fieldsOf = new Map(
  Object.entries(kinds).map(([kind, fields]) => [kind, Object.entries(fields)]),
);

/** Whether a part has all fields of its kind, with values that can be. */
function isPart(
  value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> & BatchPart {
  const { t } = value;
  const fields = typeof t === "string" ? fieldsOf.get(t) : undefined;
  return fields?.every(([name, isField]) => isField(value[name])) === true;
}
