import { expect, test } from "bun:test";
import fc from "fast-check";
import { outline } from "../../../src/protocols/json/raw-members.ts";
import { rawObjects } from "../../../src/protocols/json/raw-objects.ts";

const read = (raw: string, max = 9) => rawObjects(raw, outline("a", "b"), max);

test.each([
  ["[]", []],
  ["[ ]", []],
  ["[{}]", [[undefined, undefined]]],
  ['[{"a":1.0,"b":"]"}]', [["1.0", '"]"']]],
  [
    '[ { "b" : [ {"a":1}, 2 ] } , {"a":1,"a":{"a":3}} ]',
    [
      [undefined, '[ {"a":1}, 2 ]'],
      ['{"a":3}', undefined],
    ],
  ],
])("%p has the objects %p", (raw, objects) => {
  expect<unknown>(read(raw)).toEqual(objects);
});

test.each(["{}", "null", "5", '"[{}]"', "[1]", "[null]", "[[]]", '[{},"a"]', '["{}"]'])(
  "%p is no array of objects",
  (raw) => {
    expect(read(raw)).toBeUndefined();
  },
);

test("a value may be as deep as JSON.parse takes it", () => {
  const deep = `${"[".repeat(9000)}${"]".repeat(9000)}`;
  expect(read(`[{"\\u0061":${deep}}]`)).toEqual([[deep, undefined]]);
});

test("of more objects than are wanted, the others are not looked at", () => {
  expect(read('[{"a":1},{"a":2},3]', 2)).toEqual([
    ["1", undefined],
    ["2", undefined],
  ]);
});

test("the members of any objects are what JSON.parse reads", () => {
  const object = fc.dictionary(fc.constantFrom("a", "b", "c", "é\n"), fc.jsonValue());
  fc.assert(
    fc.property(fc.array(object), fc.constantFrom(undefined, 1, "\t"), (objects, indent) => {
      const values = read(JSON.stringify(objects, undefined, indent), 99) ?? [];
      const parsed = values.map((each) => each.map((raw) => raw && JSON.parse(raw)));
      // As they are written: -0 is written as 0.
      const due: typeof objects = JSON.parse(JSON.stringify(objects));
      expect(parsed).toEqual(due.map((each) => [each["a"], each["b"]]));
    }),
  );
});
