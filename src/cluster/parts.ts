// Whether a part of a batch has what its kind needs. One that has not is ignored, as is a kind that is not
// known: whoever can publish in Redis can say anything, and none of it may throw in the middle of a batch.

import type { NodePart, TopicPart } from "./message.ts";

export type Part = TopicPart | NodePart;

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

export function isPart(value: unknown): value is Part {
  if (!isObject(value)) return false;
  const fields = fieldsOf.get(String(value["t"]));
  return fields?.every(([name, isField]) => isField(value[name])) === true;
}
