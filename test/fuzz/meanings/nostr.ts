// The Nostr protocol, as far as ephemeral events go.

import fc from "fast-check";
import { topicName } from "../../../src/core/ids.ts";
import { nostr } from "../../../src/protocols/nostr/routes.ts";
import { FakeServer } from "../../support/fake-server.ts";
import { garbled, messageText, truncated, valueText } from "../texts.ts";
import { type Json, read, written } from "./json.ts";
import type { Meaning, Subject } from "./scene.ts";

const maxFilters = 16;
const maxValues = 512;
const maxTags = 64;

interface Event {
  readonly id: string;
  readonly pubkey: string;
  readonly created_at: number;
  readonly kind: number;
  readonly tags: readonly (readonly string[])[];
  readonly content: string;
  readonly sig: string;
}

/** NIP-01. */
const hashOf = ({ pubkey, created_at, kind, tags, content }: Omit<Event, "id" | "sig">): string =>
  new Bun.CryptoHasher("sha256")
    .update(JSON.stringify([0, pubkey, created_at, kind, tags, content]))
    .digest("hex");

const isHex = (value: unknown, length: number): boolean =>
  typeof value === "string" && value.length === length && /^[0-9a-f]*$/.test(value);

const isText = (value: unknown): value is string => typeof value === "string";
const areTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(isText);

function isEvent(value: unknown): value is Event {
  const { id, pubkey, created_at, kind, tags, content, sig } = Object(value);
  return (
    isHex(id, 64) &&
    isHex(pubkey, 64) &&
    isHex(sig, 128) &&
    Number.isInteger(created_at) &&
    Number.isInteger(kind) &&
    kind >= 0 &&
    kind <= 65_535 &&
    isText(content) &&
    Array.isArray(tags) &&
    tags.length <= maxTags &&
    tags.every(areTexts)
  );
}

interface Filter {
  readonly kinds?: readonly number[];
  readonly ids?: readonly string[];
  readonly authors?: readonly string[];
  readonly tags: readonly (readonly [letter: string, values: readonly string[]])[];
}

const areFew = (value: unknown, isOne: (item: unknown) => boolean): boolean =>
  value === undefined || (Array.isArray(value) && value.length <= maxValues && value.every(isOne));

function filterOf(value: unknown): Filter | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = new Map(Object.entries(value));
  const tags = [...fields].filter(([name]) => /^#[A-Za-z]$/.test(name));
  const isRight =
    areFew(fields.get("kinds"), (kind) => typeof kind === "number") &&
    areFew(fields.get("ids"), isText) &&
    areFew(fields.get("authors"), isText) &&
    tags.every(([, values]) => areFew(values, isText));
  if (!isRight) return undefined;
  const named = tags.map(([name, values]) => [name.slice(1), values] as const);
  return { ...Object.fromEntries(fields), tags: named };
}

const matches = ({ kinds, ids, authors, tags }: Filter, event: Event): boolean =>
  (kinds?.includes(event.kind) ?? true) &&
  (ids?.includes(event.id) ?? true) &&
  (authors?.includes(event.pubkey) ?? true) &&
  tags.every(([letter, values]) =>
    event.tags.some(([name, value]) => name === letter && values.includes(value ?? "")),
  );

/** Where it waits for events: the first tag of those with the fewest values. */
const placesOf = ({ tags }: Filter): readonly string[] =>
  tags.map(([, values]) => values).toSorted((a, b) => new Set(a).size - new Set(b).size)[0] ?? [];

/** An event whose id is right. */
function eventOf(kind: number, tags: readonly (readonly string[])[], content: string): Event {
  const signed = { pubkey: "a".repeat(64), created_at: 1_700_000_000, kind, tags, content };
  return { id: hashOf(signed), ...signed, sig: "b".repeat(128) };
}

const events = [
  eventOf(20_001, [["x", "room"]], "hello"),
  eventOf(20_001, [["x", "room"]], "hello"),
  eventOf(
    29_999,
    [
      ["d", "far"],
      ["x", "room"],
      ["x", "own"],
    ],
    '{"sdp":"v=0\r\n"}',
  ),
  eventOf(20_001, [["d", "far", "more"]], "é€🐙\u0000\u2028"),
  eventOf(25_000, [["x", "own"], ["x"], []], ""),
  eventOf(1, [["x", "room"]], "stored"),
  eventOf(30_000, [["x", "room"]], "addressable"),
];

const spaced = fc.constantFrom("", "", "", " ", "\n\t");

/** An event in any spelling that JSON allows, now and then with another value somewhere. */
const eventText = fc
  .constantFrom(...events)
  .chain((event) =>
    messageText(
      Object.fromEntries(
        Object.entries(event).map(([key, value]) => [key, [JSON.stringify(value)]]),
      ),
    ),
  );

const filterText = messageText({
  "#x": ['["room"]', '["own","room"]', "[]", '[""]', '["own"]'],
  "#d": ['["far"]', '["far","own"]'],
  kinds: ["[20001]", "[20001,29999]", "[]", "[20001.0]"],
  limit: ["0", "null"],
});

const ids = fc.constantFrom('"s"', '"s"', '"t"', '""', `"${"x".repeat(65)}"`, "1", '"\\u0000"');

const messages = fc
  .oneof(
    { weight: 6, arbitrary: eventText.map((event) => ['"EVENT"', event]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...events).map((event) => ['"EVENT"', JSON.stringify(event)]),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(ids, filterText).map(([id, filter]) => ['"REQ"', id, filter]),
    },
    { weight: 1, arbitrary: fc.tuple(ids, filterText, filterText).map((all) => ['"REQ"', ...all]) },
    { weight: 1, arbitrary: ids.map((id) => ['"CLOSE"', id]) },
    { weight: 1, arbitrary: fc.array(valueText, { maxLength: 3 }) },
    { weight: 1, arbitrary: eventText.map((event) => ['"\\u0045VENT"', event]) },
    { weight: 1, arbitrary: fc.tuple(eventText, valueText).map((all) => ['"EVENT"', ...all]) },
  )
  .chain((parts) =>
    fc.tuple(spaced, spaced).map(([a, b]) => `${a}[${a}${parts.join(`${b},${a}`)}${b}]${b}`),
  );

const texts = fc
  .oneof(
    { weight: 16, arbitrary: messages },
    { weight: 3, arbitrary: garbled(messages) },
    { weight: 1, arbitrary: truncated(messages) },
    { weight: 1, arbitrary: valueText },
  )
  .map((text) => text.toWellFormed());

export const nostrSubject: Subject = {
  name: "nostr",
  texts,

  async set() {
    const server = new FakeServer([nostr]);
    const [sender, receiver, bystander] = [1, 2, 3].map(() => server.open("/nostr")) as [
      ReturnType<FakeServer["open"]>,
      ReturnType<FakeServer["open"]>,
      ReturnType<FakeServer["open"]>,
    ];
    const wanted = { receiver: { "#x": ["room"] }, bystander: { "#d": ["far"], kinds: [20_001] } };
    receiver.send(["REQ", "r", wanted.receiver]);
    bystander.send(["REQ", "b", wanted.bystander]);
    for (const client of [receiver, bystander]) client.reads();
    const subscriptions = new Map<string, readonly Filter[]>();

    const told = (...answer: readonly unknown[]): Meaning => ({ told: [written(answer)] });
    const notice = (text: string): Meaning => told("NOTICE", `invalid: ${text}`);

    const publish = (value: unknown, asWritten: Json, more: number): Meaning => {
      const { id } = Object(value);
      const ok = (named: unknown, problem = "") => told("OK", named, problem === "", problem);
      if (!isEvent(value) || more > 0)
        return ok(isText(id) ? id.slice(0, 64) : "", "invalid: this is not an event");
      if (value.kind < 20_000 || value.kind >= 30_000)
        return ok(id, "blocked: ephemeral kinds only");
      if (value.id !== hashOf(value)) return ok(id, "invalid: the id is not the hash of the event");
      const frame = (subscription: string): Json => ["EVENT", subscription, asWritten];
      const isFor = (filter: object): boolean => matches(filterOf(filter)!, value);
      const own = [...subscriptions].filter(([, filters]) =>
        filters.some((filter) => matches(filter, value)),
      );
      return {
        told: [...own.map(([name]) => frame(name)), ...(ok(id).told ?? [])],
        heard: {
          receiver: isFor(wanted.receiver) ? [frame("r")] : [],
          bystander: isFor(wanted.bystander) ? [frame("b")] : [],
        },
      };
    };

    const subscribe = (id: unknown, given: readonly unknown[]): Meaning => {
      if (!isText(id)) return notice("REQ needs a subscription id");
      const closed = (problem: string) => told("CLOSED", id.slice(0, 64), problem);
      if (id === "" || id.length > 64)
        return closed("invalid: a subscription id has 1 to 64 characters");
      const filters = given.map(filterOf).filter((filter) => filter !== undefined);
      if (filters.length < given.length || filters.length > maxFilters)
        return closed("invalid: this is not a filter, or too large");
      if (filters.length === 0 || filters.some(({ tags }) => tags.length === 0))
        return closed("invalid: a filter needs a tag");
      if (filters.flatMap(placesOf).some((place) => topicName(place) === undefined)) {
        subscriptions.delete(id);
        return closed("invalid: a tag value is empty or too long");
      }
      subscriptions.set(id, filters);
      return told("EOSE", id);
    };

    const meaning = (text: string): Meaning => {
      const json = read(text);
      if (json === undefined) return { end: 1007 };
      const message: unknown = JSON.parse(text);
      if (!Array.isArray(message)) return notice("not an array");
      const [type, first, ...rest] = message;
      switch (type) {
        case "EVENT":
          return publish(first, (json.value as readonly Json[])[1], rest.length);
        case "REQ":
          return subscribe(first, rest);
        case "CLOSE":
          if (!isText(first)) return notice("CLOSE needs the id of a subscription");
          subscriptions.delete(first);
          return {};
        default:
          return notice("unknown message type");
      }
    };
    return { server, sender, others: { receiver, bystander }, ids: {}, meaning };
  },
};
