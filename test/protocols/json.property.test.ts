import { expect, test } from "bun:test";
import fc from "fast-check";
import { rawMembers, stringOf } from "../../src/protocols/json.ts";

const numRuns = 3000;

/** Few enough to meet, and with all that may be odd in a key. */
const keys = ["a", "to", "", "t\u00e9", '"\\', "\n", "__proto__"];

/** JSON text as `JSON.stringify` writes it, or with spaces. */
const valueText = fc
  .tuple(fc.jsonValue({ maxDepth: 3, depthSize: "small" }), fc.constantFrom(0, 1, "\t"))
  .map(([value, space]) => JSON.stringify(value, undefined, space));

const numberText = fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,5})?([eE][+-]?\d{1,3})?$/);

/** A string literal, with more escapes than are needed. */
const literal = (text: string, escape: readonly boolean[]): string => {
  const units = Array.from({ length: text.length }, (_, index) =>
    escape[index % escape.length] === true
      ? `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`
      : JSON.stringify(text.charAt(index)).slice(1, -1),
  );
  return `"${units.join("")}"`;
};

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const escapes = fc.array(fc.boolean(), { minLength: 1, maxLength: 4 });
const keyText = fc
  .tuple(fc.constantFrom(...keys), escapes)
  .map(([key, escape]) => literal(key, escape));
const nested = fc.nat(60).map((depth) => `${"[".repeat(depth)}{}${"]".repeat(depth)}`);
const member = fc
  .tuple(space, keyText, space, fc.oneof(valueText, numberText, nested), space)
  .map(
    ([before, key, between, value, after]) =>
      `${before}${key}${between}:${between}${value}${after}`,
  );

/** An object in which keys come again, in all their forms. */
const objectText = fc
  .tuple(space, fc.array(member, { maxLength: 8 }))
  .map(([around, members]) => `${around}{${members.join(",") || around}}${around}`);

/** Characters that mean something to a parser, and some that must not. */
const strange = fc.constantFrom(
  ...'{}[]":,\\/-+.0123456789eEutrfalsn \t\r\n\u0000\u001f\u007f\u00a0\u2028\ufeff\ud800\u00e9x',
);

type Edit = readonly [at: number, remove: number, insert: readonly string[]];
const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.tuple(fc.nat(), fc.nat(2), fc.array(strange, { maxLength: 2 })),
  { minLength: 1, maxLength: 3 },
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
  const values = rawMembers(text, keys);
  if (object === undefined || values === undefined) {
    expect([text, values]).toEqual([text, object as undefined]);
    return;
  }
  const read = values.map((raw) => (raw === undefined ? undefined : JSON.parse(raw)));
  const due = keys.map((key) => (Object.hasOwn(object, key) ? object[key] : undefined));
  expect([text, read]).toEqual([text, due]);
  expect(
    values.filter((raw) => raw !== undefined && (raw !== raw.trim() || !text.includes(raw))),
  ).toEqual([]);
}

test("objects are read as JSON.parse reads them, and their values are slices of the text", () => {
  fc.assert(fc.property(objectText, agrees), { numRuns });
});

test("any JSON is told from an object as JSON.parse tells it", () => {
  fc.assert(fc.property(fc.oneof(fc.json(), valueText), agrees), { numRuns });
});

test("garbled objects are refused exactly where JSON.parse refuses them", () => {
  const property = fc.property(objectText, edits, (text, changes) =>
    agrees(garbled(text, changes)),
  );
  fc.assert(property, { numRuns });
});

test("truncated objects are refused", () => {
  const property = fc.property(objectText, fc.nat(), (text, anywhere) =>
    agrees(text.slice(0, anywhere % (text.length + 1))),
  );
  fc.assert(property, { numRuns });
});

test("texts of nothing but a parser's own characters are read as JSON.parse reads them", () => {
  const characters = fc.array(strange, { maxLength: 8 }).map((text) => `{"a":${text.join("")}}`);
  fc.assert(fc.property(characters, agrees), { numRuns });
});

test("a string literal spells what JSON.parse reads in it", () => {
  const text = fc.string({ unit: "binary" });
  const property = fc.property(text, escapes, (spelt, escape) => {
    expect(stringOf(literal(spelt, escape))).toBe(spelt);
  });
  fc.assert(property, { numRuns });
});
