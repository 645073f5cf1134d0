// Twice as long a message is twice as much work, whatever stands in it.

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { outline, rawMembers, withMember } from "../../src/protocols/json/raw-members.ts";
import { nostr } from "../../src/protocols/nostr/routes.ts";
import { hashOf } from "../../src/protocols/nostr/wire.ts";
import { FakeServer } from "../support/fake-server.ts";
import { check } from "./check.ts";
import { stepsOf } from "./steps.ts";

test("steps are counted: what is quadratic is seen", () => {
  const text = (length: number): string => "x".repeat(length);
  const quadratic = (subject: string): void => {
    for (let at = 0; at < subject.length; at++) subject.indexOf("y", at);
  };
  const linear = (subject: string): void => {
    for (let at = 0; at < subject.length; at++) subject.charCodeAt(at);
  };
  const growth = (run: (subject: string) => void): number =>
    stepsOf(() => run(text(2000))) / stepsOf(() => run(text(1000)));
  expect([growth(linear), growth(quadratic)].map(Math.round)).toEqual([2, 4]);
});

const keys = outline("type", "to", ["payload", ["to", "from"]]);

/** Messages that grow, right or wrong. */
const shapes: Readonly<Record<string, (n: number) => string>> = {
  "a long text": (n) => `{"type":"${"x".repeat(n)}"}`,
  "a text of backslashes": (n) => `{"type":"${"\\\\".repeat(n)}"}`,
  "a text of quotes": (n) => `{"type":"${'\\"'.repeat(n)}"}`,
  "a text of backslashes that does not end": (n) => `{"type":"${"\\".repeat(2 * n + 1)}"}`,
  "quotes with growing rows of backslashes before": (n) =>
    `{"type":"${Array.from({ length: Math.sqrt(n) }, (_, row) => `${"\\\\".repeat(row)}\\"`).join("")}"}`,
  "a text of escapes": (n) => `{"type":"${"\\u0061".repeat(n)}"}`,
  "a text with what only JSON.parse judges, at its end": (n) => `{"type":"${"x".repeat(n)}\t"}`,
  "many members": (n) => `{${Array(n).fill('"a":1').join()}}`,
  "many members that are asked for": (n) => `{${Array(n).fill('"to":"x"').join()}}`,
  "many members that have members which are asked for": (n) =>
    `{${Array(n).fill('"payload":{"to":"a","from":"b"}').join()}}`,
  "a member with many members which are asked for": (n) =>
    `{"payload":{${Array(n).fill('"to":"a","from":"b"').join()}}}`,
  "many keys with escapes": (n) => `{${Array(n).fill('"\\u0074o":1').join()}}`,
  "a long key with escapes": (n) => `{"${"\\u0074".repeat(n)}":1}`,
  "many keys that begin as one that is asked for": (n) =>
    `{${Array(n).fill('"typ":1,"to_":2').join()}}`,
  "many arrays": (n) => `{"a":[${Array(n).fill("[]").join()}]}`,
  "arrays as deep as it is long": (n) => `{"a":${"[".repeat(n)}${"]".repeat(n)}}`,
  "arrays as deep as it is long, not closed": (n) => `{"a":${"[".repeat(n)}`,
  "objects as deep as it is long": (n) => `{"a":${'{"b":'.repeat(n)}1${"}".repeat(n)}}`,
  "many objects as deep as the quick way goes": (n) =>
    `{"a":[${Array(Math.ceil(n / 30))
      .fill(`${"[".repeat(30)}${"]".repeat(30)}`)
      .join()}]}`,
  "many objects deeper than the quick way goes": (n) =>
    `{"a":[${Array(Math.ceil(n / 40))
      .fill(`${"[".repeat(40)}${"]".repeat(40)}`)
      .join()}]}`,
  "a long number": (n) => `{"a":${"9".repeat(n)}}`,
  "a long number that is none": (n) => `{"a":${"9".repeat(n)}e}`,
  "many numbers": (n) => `{"a":[${Array(n).fill("-0.5e-7").join()}]}`,
  spaces: (n) => `${" ".repeat(n)}{${"\n".repeat(n)}"a"${"\t".repeat(n)}:1}`,
  "spaces between members": (n) => `{${Array(n).fill('  "a"  :  1  ').join()}}`,
  commas: (n) => `{"a":[${",".repeat(n)}]}`,
  colons: (n) => `{"a"${":".repeat(n)}}`,
  braces: (n) => "{".repeat(n),
  quotes: (n) => `{${'"'.repeat(n)}`,
  "no JSON behind JSON": (n) => `{"a":1}${"x".repeat(n)}`,
};

/** Twice the work, and what does not depend on the length. */
const most = 2.2;

/** Deeper than what `JSON.parse` is asked about, so that once and twice as long go the same way. */
const length = 1100;

const readers: Readonly<Record<string, (text: string) => void>> = {
  "to read": (text) => rawMembers(text, keys),
  "to set a member of": (text) => {
    if (rawMembers(text, keys) !== undefined) withMember(text, "to", '"x"');
  },
};

for (const [what, read] of Object.entries(readers))
  describe(`it is twice as much work ${what}`, () => {
    test.each(Object.entries(shapes))("%s, if it is twice as long", (_shape, make) => {
      const [once, twice] = [make(length), make(2 * length)];
      const growth = stepsOf(() => read(twice)) / stepsOf(() => read(once));
      expect(growth).toBeLessThan((most * twice.length) / (2 * once.length));
    });
  });

/** Pieces of messages, which mean something to who reads them. */
const piece = fc.constantFrom(
  ...[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    '\\"',
    "\\u0074",
    "a",
    '"to"',
    '"to":',
    '"payload":{',
    "1",
    "-",
    "e9",
    " ",
    "\n",
  ],
  ...['"a":1,', '"to":"x",', "[[", "]]", '{"to":', "null", "true", "\u0000", "é", "🐙"],
);

const pieces = (maxLength: number) => fc.array(piece, { maxLength }).map((all) => all.join(""));

test("it is twice as much work if any part of a message comes twice as often", () => {
  const property = fc.property(pieces(4), pieces(5), pieces(4), (before, part, after) => {
    fc.pre(part !== "");
    const textOf = (times: number): string => `{${before}${part.repeat(times)}${after}}`;
    const steps = (times: number): number => {
      const text = textOf(times);
      return Object.values(readers).reduce((sum, read) => sum + stepsOf(() => read(text)), 0);
    };
    expect(steps(400) - steps(200)).toBeLessThan(2.2 * (steps(200) - steps(100)) + 200);
  });
  check(property, { runs: 100 });
});

/** A Nostr client with as many filters as it may have, and the steps that one event of its own takes. */
function stepsOfEvent(tags: number): number {
  const server = new FakeServer([nostr]);
  const client = server.open("/nostr");
  for (let id = 0; id < 60; id++)
    client.send([
      "REQ",
      `${id}`,
      ...Array.from({ length: 16 }, (_, n) => ({ "#t": [`${(id * 16 + n) % 64}`], "#u": ["x"] })),
    ]);
  expect(client.reads().filter((text) => text.startsWith('["EOSE"'))).toHaveLength(60);
  const event = {
    pubkey: "a".repeat(64),
    created_at: 1,
    kind: 20_001,
    tags: Array.from({ length: tags }, (_, n) => ["t", `${n}`]),
    content: "",
  };
  const { pubkey, created_at, kind, content } = event;
  const id = hashOf({ pubkey, created_at, kind, content, tags: event.tags });
  return stepsOf(() => client.send(["EVENT", { ...event, id, sig: "b".repeat(128) }]));
}

test("an event of Nostr with twice as many tags is twice as much work for each subscriber", () => {
  expect(stepsOfEvent(64)).toBeLessThan(2.2 * stepsOfEvent(32));
});
