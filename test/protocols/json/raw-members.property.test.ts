import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import {
  outline,
  rawMembers,
  stringOf,
  withMember,
} from "../../../src/protocols/json/raw-members.ts";

const numRuns = 3000;

// For a machine that is busy with something else, and for shrinking.
setDefaultTimeout(60_000);

/** Few enough to meet, and with all that may be odd in a key. */
const keys = ["a", "to", "", "t\u00e9", '"\\', "\n", "__proto__"];

/** A string literal, with more escapes than are needed. */
function literal(text: string, isEscaped: readonly boolean[]): string {
  const units = Array.from({ length: text.length }, (_, index) =>
    isEscaped[index % isEscaped.length] === true
      ? `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`
      : JSON.stringify(text.charAt(index)).slice(1, -1),
  );
  return `"${units.join("")}"`;
}

// Tabs, line breaks and escapes are rare, so that most texts are read in the quick way.
const space = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("", "", " ") },
  { weight: 1, arbitrary: fc.stringMatching(/^[ \t\r\n]{0,3}$/) },
);
const escapes = fc.oneof(
  { weight: 12, arbitrary: fc.constant([false]) },
  { weight: 1, arbitrary: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }) },
);

const valueText = fc.oneof(
  fc.jsonValue({ maxDepth: 3, depthSize: "small" }).map((value) => JSON.stringify(value)),
  fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,5})?([eE][+-]?\d{1,3})?$/),
  fc.nat(60).map((depth) => `${"[".repeat(depth)}{}${"]".repeat(depth)}`),
  fc.constantFrom("[1,2]", '{"to":[{}],"b":""}', '"\\\\"', '"\\""'),
);
const keyText = fc
  .tuple(fc.constantFrom(...keys), escapes)
  .map(([key, isEscaped]) => literal(key, isEscaped));
const member = fc
  .tuple(space, keyText, space, valueText, space)
  .map(([before, key, between, value, after]) => `${before}${key}${between}:${value}${after}`);

/** An object in which keys come again, in all their forms. */
const objectText = fc
  .tuple(space, fc.array(member, { maxLength: 8 }))
  .map(([around, members]) => `${around}{${members.join(",") || around}}${around}`);

/** Characters that mean something to a parser, and some that must not. */
const strange = fc.constantFrom(
  ...'{}[],:"\\{}[],:"\\/-+.0123456789eEutrfalsn \t\r\n\u0000\u001f\u007f\u00a0\u2028\ufeff\ud800\u00e9x',
);

type Edit = readonly [at: number, remove: number, insert: readonly string[]];
const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.tuple(fc.nat(), fc.nat(2), fc.array(strange, { maxLength: 2 })),
  { minLength: 1, maxLength: 2 },
);

const garbled = (text: string, changes: readonly Edit[]): string =>
  changes.reduce((edited, [anywhere, remove, insert]) => {
    const at = anywhere % (edited.length + 1);
    return edited.slice(0, at) + insert.join("") + edited.slice(at + remove);
  }, text);

/** What `JSON.parse` has to say: an object, or nothing. */
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Agrees with `JSON.parse` on what the text is, and on the value of every key. */
function agrees(text: string): void {
  const object = parsed(text);
  const values = rawMembers(text, outline(...keys));
  expect([text, values !== undefined]).toEqual([text, object !== undefined]);
  if (object === undefined || values === undefined) return;
  const read = values.map((raw) => (raw === undefined ? undefined : JSON.parse(raw)));
  const due = keys.map((key) => (Object.hasOwn(object, key) ? object[key] : undefined));
  expect([text, read]).toEqual([text, due]);
  const isSlice = (raw = "") => raw === raw.trim() && text.includes(raw);
  expect(values.every(isSlice)).toBe(true);
}

const check = (texts: fc.Arbitrary<string>): void =>
  fc.assert(fc.property(texts, agrees), { numRuns, includeErrorInReport: true });

describe("rawMembers agrees with JSON.parse", () => {
  test("on objects", () => {
    check(objectText);
  });

  test("on any JSON", () => {
    check(fc.oneof(fc.json(), valueText));
  });

  test("on garbled objects", () => {
    check(fc.tuple(objectText, edits).map(([text, changes]) => garbled(text, changes)));
  });

  test("on truncated objects", () => {
    const cut = fc.tuple(objectText, fc.nat());
    check(cut.map(([text, anywhere]) => text.slice(0, anywhere % (text.length + 1))));
  });

  test("on texts of nothing but what a parser knows", () => {
    const known = ["[", "]", "{", "}", ",", ":", " ", "1", "-", '"a"', '"a":1', "null", "\\", '"'];
    const joined = [
      "[1",
      "1]",
      '{"a":1',
      "[]",
      "{}",
      ",]",
      ",}",
      "],",
      "},",
      "01",
      "1e",
      "1.",
      "[,",
    ];
    const token = fc.constantFrom(...known, ...joined);
    check(fc.array(token, { maxLength: 5 }).map((text) => `{"a":${text.join("")}}`));
  });
});

test("a string literal spells what JSON.parse reads in it", () => {
  const property = fc.property(fc.string({ unit: "binary" }), escapes, (text, isEscaped) => {
    expect(stringOf(literal(text, isEscaped))).toBe(text);
  });
  fc.assert(property, { numRuns });
});

test("a member that is set is what JSON.parse reads, and all others stay as they are written", () => {
  const property = fc.property(
    objectText,
    fc.constantFrom(...keys),
    valueText,
    (text, key, raw) => {
      const others = keys.filter((other) => other !== key);
      const result = withMember(text, key, raw);
      expect([rawMembers(result, outline(key)), rawMembers(result, outline(...others))]).toEqual([
        [raw],
        rawMembers(text, outline(...others)) ?? [],
      ]);
      agrees(result);
    },
  );
  fc.assert(property, { numRuns, includeErrorInReport: true });
});
