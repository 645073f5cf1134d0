// What JSON is, and how deep: beside `JSON.parse`.

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isDeep, isDeepJson, isJson } from "../../../src/protocols/json/valid.ts";

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const texts = [
  ...["", " ", "{}", "[]", " { } ", "[ ]", "{", "[", "}", "]", "[}", "{]", "[[]", "[]]", "{}{}"],
  ...["[,]", "[1,]", "[,1]", "[1 2]", "[1,,2]", '{"a"}', '{"a":}', '{"a":1,}', '{,"a":1}', "{a:1}"],
  ...[
    '{"a":1 "b":2}',
    '{"a":1,"b":[{"c":null}]}',
    '{"a" : 1 , "b" : 2}',
    '{"a":1]',
    "[1}",
    '["a":1]',
  ],
  ...["0", "-0", "01", "1.", ".5", "1e5", "1E+5", "1e", "-", "+1", "NaN", "true", "tru", "nulll"],
  ...[
    '"a"',
    '"',
    '"\\"',
    '"\\\\"',
    '"\\x"',
    '"\\u12"',
    '"\\u12aF"',
    '"\t"',
    '"\\t"',
    "'a'",
    '"a" "b"',
  ],
  ...["\n[\r\n\t1]\n", "\u00a0[]", "\ufeff[]", "[1]\u0000", '{"\\n":1}', '{"\n":1}', "\u000b[]"],
];

describe("a text is JSON", () => {
  test.each(texts)("as JSON.parse has it: %j", (text) => {
    expect([isJson(text), isDeepJson(text)]).toEqual([parses(text), parses(text)]);
  });

  test("as JSON.parse has it, whatever it is and whatever is wrong with it", () => {
    const pieces = fc.constantFrom(
      ...'{}[],:" \n\\u0123abe-.+',
      '"a"',
      '"a":',
      "null",
      "1.5",
      "\\n",
    );
    const noise = fc.array(pieces, { maxLength: 12 }).map((all) => all.join(""));
    const json = fc.json({ maxDepth: 6 });
    const broken = fc.tuple(json, fc.nat(), pieces).map(([text, at, piece]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + piece + text.slice(place + (at % 2));
    });
    fc.assert(
      fc.property(fc.oneof(noise, json, broken), (text) => {
        expect([isJson(text), isDeepJson(text)]).toEqual([parses(text), parses(text)]);
      }),
      { numRuns: 2000 },
    );
  });

  test("however deep it is", () => {
    const [open, close] = ['[{"a":'.repeat(20_000), "}]".repeat(20_000)];
    expect([`${open}1${close}`, open, `${open}1${close}]`].map(isJson)).toEqual([
      true,
      false,
      false,
    ]);
  });
});

test("a text is deep from 1025 levels on, whether it is JSON or not, and brackets in strings do not count", () => {
  const nest = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  expect([nest(1024), nest(1025), "[".repeat(1025), '{"a":'.repeat(1025)].map(isDeep)).toEqual([
    false,
    true,
    true,
    true,
  ]);
  const brackets = "[".repeat(2000);
  expect(
    [`["${brackets}","\\"${brackets}"]`, `"${brackets}`, "[],".repeat(2000)].map(isDeep),
  ).toEqual([false, false, false]);
});
