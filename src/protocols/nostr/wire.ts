// What a Nostr relay reads and writes, as far as ephemeral events go (NIP-01): text in, text out.

import * as v from "valibot";
import type { CloseReason } from "../../core/close.ts";
import { isDeep, isJson } from "../json/valid.ts";

/** The longest id of a subscription, in UTF-16 units: NIP-01. */
export const maxSubscriptionIdLength = 64;

/** Filters of one REQ. trystero and RxDB send one. */
const maxFilters = 16;

/** Values of one tag in one filter. trystero sends up to 250. */
export const maxFilterValues = 512;

/** Tags of one event. trystero's have one, RxDB's two. */
const maxTags = 64;

/** Events of these kinds are not stored: NIP-01. */
const ephemeral = { from: 20_000, to: 30_000 } as const;

const tagName = /^#[A-Za-z]$/;

/** What a subscription wants: events of which all of these hold. */
export interface Filter {
  readonly kinds: ReadonlySet<number> | undefined;
  readonly ids: ReadonlySet<string> | undefined;
  readonly authors: ReadonlySet<string> | undefined;
  /** By letter; at least one. */
  readonly tags: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface NostrEvent {
  readonly id: string;
  readonly pubkey: string;
  /** Seconds since 1970. */
  readonly created_at: number;
  readonly kind: number;
  /** A name, a value and more. */
  readonly tags: readonly (readonly string[])[];
  readonly content: string;
  readonly sig: string;
}

const hex64 = /^[0-9a-f]{64}$/;
const hex128 = /^[0-9a-f]{128}$/;

const isHex = (value: unknown, digits: RegExp): boolean =>
  typeof value === "string" && digits.test(value);

const isTag = (value: unknown): boolean =>
  Array.isArray(value) && value.every((text) => typeof text === "string");

/** Every event is checked by it, and a schema takes ten times as long. */
const isEvent = (value: unknown): value is NostrEvent =>
  typeof value === "object" &&
  value !== null &&
  "id" in value &&
  isHex(value.id, hex64) &&
  "pubkey" in value &&
  isHex(value.pubkey, hex64) &&
  "created_at" in value &&
  Number.isInteger(value.created_at) &&
  "kind" in value &&
  typeof value.kind === "number" &&
  Number.isInteger(value.kind) &&
  value.kind >= 0 &&
  value.kind <= 65_535 &&
  "tags" in value &&
  Array.isArray(value.tags) &&
  value.tags.length <= maxTags &&
  value.tags.every(isTag) &&
  "content" in value &&
  typeof value.content === "string" &&
  "sig" in value &&
  isHex(value.sig, hex128);

const strings = v.pipe(v.array(v.string()), v.maxLength(maxFilterValues));
const filterFields = v.object({
  kinds: v.optional(v.pipe(v.array(v.number()), v.maxLength(maxFilterValues))),
  ids: v.optional(strings),
  authors: v.optional(strings),
});

/** What a client sends. */
export type ClientMessage =
  | { readonly type: "EVENT"; readonly event: NostrEvent; readonly raw: string }
  | { readonly type: "REQ"; readonly id: string; readonly filters: readonly Filter[] }
  | { readonly type: "CLOSE"; readonly id: string }
  /** An answer that says what is wrong. */
  | { readonly type: "refused"; readonly answer: string };

export const malformed: CloseReason = { name: "malformed", code: 1007, reason: "not JSON" };

/** The prefix is that of NIP-01 for who may not do this. */
export const forbidden = "restricted: not allowed by the token";

const refused = (answer: string): ClientMessage => ({ type: "refused", answer });

/** @returns `undefined` for what is not JSON */
export function parse(text: string): ClientMessage | undefined {
  if (isDeep(text))
    return isJson(text) ? refused(answers.notice("invalid: nested too deep")) : undefined;
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(message)) return refused(answers.notice("invalid: not an array"));
  const [type, first, ...rest]: readonly unknown[] = message;
  switch (type) {
    case "EVENT":
      // The type holds no comma, and nothing but the event follows it.
      return parseEvent(first, text.slice(text.indexOf(",") + 1, text.lastIndexOf("]")), rest);
    case "REQ":
      return parseRequest(first, rest);
    case "CLOSE":
      return typeof first === "string"
        ? { type, id: first }
        : refused(answers.notice("invalid: CLOSE needs the id of a subscription"));
    default:
      return refused(answers.notice("invalid: unknown message type"));
  }
}

function parseEvent(value: unknown, raw: string, rest: readonly unknown[]): ClientMessage {
  if (!isEvent(value) || rest.length > 0)
    return refused(answers.ok(idOf(value), "invalid: this is not an event"));
  const { id, kind } = value;
  if (kind < ephemeral.from || kind >= ephemeral.to)
    return refused(answers.ok(id, "blocked: ephemeral kinds only"));
  if (id !== hashOf(value))
    return refused(answers.ok(id, "invalid: the id is not the hash of the event"));
  return { type: "EVENT", event: value, raw: raw.trim() };
}

const idOf = (value: unknown): string =>
  typeof value === "object" && value !== null && "id" in value && typeof value.id === "string"
    ? value.id.slice(0, 64)
    : "";

/** NIP-01: the id of an event. */
export const hashOf = ({
  pubkey,
  created_at,
  kind,
  tags,
  content,
}: Omit<NostrEvent, "id" | "sig">): string =>
  new Bun.CryptoHasher("sha256")
    .update(JSON.stringify([0, pubkey, created_at, kind, tags, content]))
    .digest("hex");

function parseRequest(id: unknown, given: readonly unknown[]): ClientMessage {
  if (typeof id !== "string")
    return refused(answers.notice("invalid: REQ needs a subscription id"));
  if (id === "" || id.length > maxSubscriptionIdLength)
    return refused(
      answers.closed(
        id.slice(0, maxSubscriptionIdLength),
        `invalid: a subscription id has 1 to ${maxSubscriptionIdLength} characters`,
      ),
    );
  const filters = given.map(filterOf).filter((filter) => filter !== undefined);
  if (filters.length < given.length || filters.length > maxFilters)
    return refused(answers.closed(id, "invalid: this is not a filter, or too large"));
  if (filters.length === 0 || filters.some(({ tags }) => tags.size === 0))
    return refused(answers.closed(id, "invalid: a filter needs a tag"));
  return { type: "REQ", id, filters };
}

function filterOf(value: unknown): Filter | undefined {
  const fields = v.safeParse(filterFields, value);
  if (!fields.success || Array.isArray(value)) return undefined;
  const tags = new Map<string, ReadonlySet<string>>();
  for (const [name, wanted] of Object.entries(value as object)) {
    if (!tagName.test(name)) continue;
    const values = v.safeParse(strings, wanted);
    if (!values.success) return undefined;
    tags.set(name.slice(1), new Set(values.output));
  }
  const { kinds, ids, authors } = fields.output;
  return { kinds: setOf(kinds), ids: setOf(ids), authors: setOf(authors), tags };
}

const setOf = <Value>(values: readonly Value[] | undefined): ReadonlySet<Value> | undefined =>
  values && new Set(values);

/** An event as members are sent it, read once for all of them. */
export function readEvent(raw: string): NostrEvent | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return isEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether everything but the tags of a filter holds. */
export const fits = ({ kinds, ids, authors }: Filter, { kind, id, pubkey }: NostrEvent): boolean =>
  (kinds?.has(kind) ?? true) && (ids?.has(id) ?? true) && (authors?.has(pubkey) ?? true);

export const answers = {
  notice: (text: string) => JSON.stringify(["NOTICE", text]),
  closed: (id: string, text: string) => JSON.stringify(["CLOSED", id, text]),
  endOfStored: (id: string) => JSON.stringify(["EOSE", id]),
  /** @param problem why the event is not taken; taken if empty */
  ok: (id: string, problem = "") => JSON.stringify(["OK", id, problem === "", problem]),
  /** @param subscription its id as JSON @param raw the event as its sender wrote it */
  event: (subscription: string, raw: string) => `["EVENT",${subscription},${raw}]`,
};
