import { describe, expect, test } from "bun:test";
import {
  hasRepeatedKey,
  outline,
  rawMembers,
  stringOf,
  withMember,
  withNewMember,
} from "../../../src/protocols/json/raw-members.ts";

describe("rawMembers", () => {
  test("finds values as they are written, in the order of the keys asked for", () => {
    const text = ' { "b" : [ 1.0 , {"c":"}"} ] , "a":1e5,"c":"x\\"y" , "d":{} }\n';
    expect(rawMembers(text, outline("a", "b", "c", "d", "e"))).toEqual([
      "1e5",
      '[ 1.0 , {"c":"}"} ]',
      '"x\\"y"',
      "{}",
      undefined,
    ]);
  });

  test("takes the last of a key that is repeated", () => {
    expect(rawMembers('{"a":1,"b":2,"a":{"a":3}}', outline("a", "b"))).toEqual(['{"a":3}', "2"]);
  });

  test("reads a key however it is escaped", () => {
    expect(rawMembers('{"\\u0061":1,"\\"":2,"\\/":3}', outline("a", '"', "/"))).toEqual([
      "1",
      "2",
      "3",
    ]);
  });

  test("is not confused by keys that begin alike, by empty ones, or by nested ones", () => {
    expect(rawMembers('{"to":1,"t":2,"":3,"too":4,"x":{"to":5}}', outline("t", "to", ""))).toEqual([
      "2",
      "1",
      "3",
    ]);
  });

  test.each([0, 1, 30, 31, 32, 33, 32_000])(
    "reads a value that is %i deep, and only if it is closed",
    (depth) => {
      const [open, close] = ["[".repeat(depth), "]".repeat(depth)];
      const texts = [`${open}1${close}`, `${open}1${close}]`, `[${open}1${close}`];
      expect(texts.map((text) => rawMembers(`{"a":${text}}`, outline("a")))).toEqual([
        [`${open}1${close}`],
        undefined,
        undefined,
      ]);
    },
  );

  test.each([
    ["{}", [undefined]],
    [" \t\r\n{ \t\r\n} \t\r\n", [undefined]],
    ['{"a"\n:\ttrue\r}', ["true"]],
    ['{"a":"\u2028\ud800"}', ['"\u2028\ud800"']],
    ['{"a":"\\ud800\\\\"}', ['"\\ud800\\\\"']],
    ['{"a":-0.5E-10}', ["-0.5E-10"]],
    ['{"a":"\\u0000\\u00fF\\\\u"}', ['"\\u0000\\u00fF\\\\u"']],
  ] as const)("reads %p", (text, values) => {
    expect(rawMembers(text, outline("a"))).toEqual([...values]);
  });

  test.each([
    "",
    " ",
    "null",
    "true",
    "1",
    '"{}"',
    "[]",
    "[{}]",
    "{",
    "}",
    "{}}",
    "{},",
    "{,}",
    "{a:1}",
    "{'a':1}",
    '{"a"}',
    '{"a":}',
    '{"a" 1}',
    '{"a":1,}',
    '{"a":1 "b":2}',
    '{"a":1;"b":2}',
    '{"a":01}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":+1}',
    '{"a":-}',
    '{"a":1e}',
    '{"a":0x1}',
    '{"a":NaN}',
    '{"a":tru}',
    '{"a":truex}',
    '{"a":[1,]}',
    '{"a":[,1]}',
    '{"a":[1 2]}',
    '{"a":{"b":1,}}',
    '{"a":{"b"}}',
    '{"a":[}',
    '{"a":{]}}',
    '{"a":"\t"}',
    '{"a":"\u0000"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '{"a":"\\u12g4"}',
    '{"a":"\\\\\\u123"}',
    '{"a":"\\u123","b":4}',
    '{"a":"\\U0012"}',
    '{"a":"b}',
    '{"a":"b\\"}',
    '{"a\\":1}',
    '\ufeff{"a":1}',
    '{"a":1}\u00a0',
    '{"a":1}//',
  ])("says that %p is no JSON object", (text) => {
    expect(rawMembers(text, outline("a"))).toBeUndefined();
  });
});

test.each([
  ['""', ""],
  ['"a\u00e9"', "a\u00e9"],
  ['"a\\n\\u00e9\\\\"', "a\n\u00e9\\"],
  ["1", undefined],
  ["null", undefined],
  ['["a"]', undefined],
  ['{"a":"b"}', undefined],
])("the string that %p spells is %p", (raw, text) => {
  expect(stringOf(raw)).toBe(text);
});

describe("withMember", () => {
  test.each([
    ["{}", '{"id":1}'],
    [" { } ", ' { "id":1} '],
    ['{"a":{"id":2}}', '{"a":{"id":2},"id":1}'],
    ['{ "id" : "x" , "a": 1.0 }\n', '{ "id" : 1 , "a": 1.0 }\n'],
    ['{"id":2,"a":"}","\\u0069d":{"id":3}}', '{"id":1,"a":"}","\\u0069d":1}'],
    ['{"a":"}"}', '{"a":"}","id":1}'],
  ])("in %p gives %p", (text, result) => {
    expect(withMember(text, "id", "1")).toBe(result);
  });

  test("spells a key that needs escapes", () => {
    expect(withMember("{}", '"', "1")).toBe('{"\\"":1}');
  });
});

test.each([
  ['{"data":{"to":"a","from":1.0}}', ['{"to":"a","from":1.0}', '"a"', "1.0"]],
  ['{"data":{"x":{"to":1},"to":[{"from":1}],"to":2}}', [expect.any(String), "2", undefined]],
  ['{"data":{"\\u0074o":1,"from":"\\t"}}', [expect.any(String), "1", '"\\t"']],
  ['{"data":{"to":1},"to":2,"data":{"from":3}}', ['{"from":3}', undefined, "3"]],
  ['{"data":{"to":1},"data":null}', ["null", undefined, undefined]],
  ['{"data":[{"to":1}]}', ['[{"to":1}]', undefined, undefined]],
  ['{"data":"{}","to":1}', ['"{}"', undefined, undefined]],
  ['{"data":{}}', ["{}", undefined, undefined]],
  ["{}", [undefined, undefined, undefined]],
])("the members within a member of %p are %p", (text, members) => {
  expect<unknown>(rawMembers(text, outline(["data", ["to", "from"]]))).toEqual(members);
});

test.each(['{"data":{"to":1,}}', '{"data":{"to":1}', '{"data":{"to"}}', '{"data":{"to":1}}}'])(
  "%p is no object, though it begins as one",
  (text) => {
    expect(rawMembers(text, outline(["data", ["to", "from"]]))).toBeUndefined();
  },
);

test.each(['{"a":1}', ' { "a" : [1.0] } ', '{"a":{"n":0}}'])(
  "a new member of %p is its last",
  (text) => {
    expect(JSON.parse(withNewMember(text, "n", "5"))).toEqual({ ...JSON.parse(text), n: 5 });
    expect(withNewMember(text, "n", "5").trim()).toBe(withMember(text, "n", "5").trim());
  },
);

describe("hasRepeatedKey", () => {
  const keys = outline("a", ["b", ["c", "d"]]);

  test.each([
    ['{"a":1,"b":{"c":1,"d":2},"e":1,"e":2}', false],
    ['{"a":{"a":1},"b":{"a":1,"a":2}}', false],
    ['{"a":1,"a":1}', true],
    ['{"a":1,"\\u0061":1}', true],
    ['{"b":{"c":1,"d":2,"c":3}}', true],
    ['{"b":{"c":1},"b":{"d":1}}', true],
    ['{"b":1,"a":[{"b":1,"b":2}]}', false],
    ['{"b":{},"b":2}', true],
    ["{}", false],
  ])("of %s is %p", (text, isRepeated) => {
    expect(hasRepeatedKey(text, keys)).toBe(isRepeated);
  });
});
