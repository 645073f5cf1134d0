import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isReadable, isReadableMeta } from "../../../src/protocols/gst/readable.ts";

const nest = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const digits = (count: number) => "9".repeat(count);

describe("JSON that serde_json reads", () => {
  test.each([
    ["plain values", '{"a":[1,-0,1.5e10,true,null,"x"]}'],
    ["the largest double", "1.7976931348623157e308"],
    ["a number too small to tell from nothing", "1e-400"],
    ["hexadecimal digits", '"a=fingerprint:sha-256 1E:99:9e999:E1"'],
    ["a pair of surrogates", '"\\ud83d\\ude00 😀"'],
    ["an escaped backslash before what is no escape", '"\\\\ud800"'],
    ["many brackets in a string", JSON.stringify("[{".repeat(200))],
    ["many small arrays", `[${Array(200).fill("[]").join()}]`],
    ["127 arrays", nest(127)],
  ])("%s", (_what, text) => {
    expect(isReadable(text)).toBe(true);
  });
});

describe("JSON that serde_json does not read", () => {
  test.each([
    ["a number beyond a double", '{"a":1e400}'],
    ["one with a plus sign", "-1E+309"],
    ["one of many digits", digits(310)],
    ["one of many digits and an exponent", `${digits(220)}e99`],
    ["half of a pair of surrogates", '{"a":"\\ud800"}'],
    ["the other half", '"\\uDFFF"'],
    ["halves in the wrong order", '"\\ude00\\ud83d"'],
    ["half of a pair under a key that comes twice", '{"a":"\\ud800","a":1}'],
    ["a number beyond a double under a key that comes twice", '{"a":1e400,"a":1}'],
    ["half of a pair in a key", '{"\\ud800":1}'],
    ["128 arrays", nest(128)],
    ["128 objects", `${'{"a":'.repeat(128)}1${"}".repeat(128)}`],
    ["30,000 arrays", nest(30_000)],
  ])("%s", (_what, text) => {
    expect(isReadable(text)).toBe(false);
  });
});

test("a meta may be nested as deep as leaves room for the frames around it", () => {
  expect([isReadableMeta(nest(124)), isReadableMeta(nest(125))]).toEqual([true, false]);
});

/** What JSON.parse makes of it, looked at value by value. */
function isPlain(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, each]) => key.isWellFormed() && isPlain(each));
}

test("where no key comes twice, what is read follows from the values", () => {
  const number = fc
    .tuple(fc.integer(), fc.integer({ min: -400, max: 400 }))
    .map(([n, e]) => `${n}e${e}`);
  const unit = fc.constantFrom(
    "a",
    "\\\\",
    '\\"',
    "\\ud83d",
    "\\ude00",
    "\\u0041",
    "9e999",
    "{",
    "😀",
  );
  const string = fc.array(unit, { maxLength: 6 }).map((units) => `"${units.join("")}"`);
  const { json } = fc.letrec<{ json: string }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("null", "true", "{}", "[]", "-0", "12.50"),
      number,
      string,
      fc.array(tie("json"), { maxLength: 4 }).map((all) => `[ ${all.join()}]`),
      fc.tuple(string, tie("json")).map(([key, each]) => `{${key} :${each}}`),
    ),
  }));
  fc.assert(
    fc.property(json, (text) => isReadable(text) === isPlain(JSON.parse(text))),
    { numRuns: 2000 },
  );
});
