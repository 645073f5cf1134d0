import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import {
  outline,
  rawMembers,
  stringOf,
  withMember,
} from "../../../src/protocols/json/raw-members.ts";
import { escapes, garbled, literal, objectText, truncated, valueText } from "../../fuzz/texts.ts";

const numRuns = 3000;

// For a machine that is busy with something else, and for shrinking.
setDefaultTimeout(60_000);

/** Few enough to meet, and with all that may be odd in a key. */
const keys = ["a", "to", "", "t\u00e9", '"\\', "\n", "__proto__"];

const objects = objectText(keys);

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
    check(objects);
  });

  test("on any JSON", () => {
    check(fc.oneof(fc.json(), valueText));
  });

  test("on garbled objects", () => {
    check(garbled(objects));
  });

  test("on truncated objects", () => {
    check(truncated(objects));
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
  const property = fc.property(objects, fc.constantFrom(...keys), valueText, (text, key, raw) => {
    const others = keys.filter((other) => other !== key);
    const result = withMember(text, key, raw);
    expect([rawMembers(result, outline(key)), rawMembers(result, outline(...others))]).toEqual([
      [raw],
      rawMembers(text, outline(...others)) ?? [],
    ]);
    agrees(result);
  });
  fc.assert(property, { numRuns, includeErrorInReport: true });
});
