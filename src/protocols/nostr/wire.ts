// What a Nostr relay reads and writes, as far as ephemeral events go (NIP-01): text in, text out.

import * as v from "valibot";
import type { CloseReason } from "../../core/close.ts";

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
  readonly kinds: readonly number[] | undefined;
  readonly ids: readonly string[] | undefined;
  readonly authors: readonly string[] | undefined;
  /** By letter; at least one. */
  readonly tags: ReadonlyMap<string, ReadonlySet<string>>;
}

const event = v.object({
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  pubkey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  created_at: v.pipe(v.number(), v.integer()),
  kind: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
  tags: v.pipe(v.array(v.array(v.string())), v.maxLength(maxTags)),
  content: v.string(),
  sig: v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/)),
});

export type NostrEvent = v.InferOutput<typeof event>;

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

export const malformed: CloseReason = { code: 1007, reason: "not JSON" };

const refused = (answer: string): ClientMessage => ({ type: "refused", answer });

/** @returns `undefined` for what is not JSON */
export function parse(text: string): ClientMessage | undefined {
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
  const parsed = v.safeParse(event, value);
  if (!parsed.success || rest.length > 0)
    return refused(answers.ok(idOf(value), "invalid: this is not an event"));
  const { id, kind } = parsed.output;
  if (kind < ephemeral.from || kind >= ephemeral.to)
    return refused(answers.ok(id, "blocked: ephemeral kinds only"));
  if (id !== hashOf(parsed.output))
    return refused(answers.ok(id, "invalid: the id is not the hash of the event"));
  return { type: "EVENT", event: parsed.output, raw: raw.trim() };
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
  return { kinds, ids, authors, tags };
}

/** An event as members are sent it, read once for all of them. */
export function readEvent(raw: string): NostrEvent | undefined {
  try {
    const parsed = v.safeParse(event, JSON.parse(raw));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** Whether everything but the tags of a filter holds. */
export const fits = ({ kinds, ids, authors }: Filter, { kind, id, pubkey }: NostrEvent): boolean =>
  (kinds?.includes(kind) ?? true) &&
  (ids?.includes(id) ?? true) &&
  (authors?.includes(pubkey) ?? true);

export const answers = {
  notice: (text: string) => JSON.stringify(["NOTICE", text]),
  closed: (id: string, text: string) => JSON.stringify(["CLOSED", id, text]),
  endOfStored: (id: string) => JSON.stringify(["EOSE", id]),
  /** @param problem why the event is not taken; taken if empty */
  ok: (id: string, problem = "") => JSON.stringify(["OK", id, problem === "", problem]),
  /** @param subscription its id as JSON @param raw the event as its sender wrote it */
  event: (subscription: string, raw: string) => `["EVENT",${subscription},${raw}]`,
};
