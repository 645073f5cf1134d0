import { expect, test } from "bun:test";
import fc from "fast-check";
import { memberCount } from "../../../src/protocols/json/raw-members.ts";

test("members are counted at the top level only, repeated ones each time", () => {
  const texts = ["{}", " {\n} ", '{"a":{"b":1,"c":2}}', '{"a":1,"a":2}', '{"a":"},{","\\"":[1,2]}'];
  expect(texts.map(memberCount)).toEqual([0, 0, 1, 2, 2]);
});

test("whatever the object, all of its members are counted", () => {
  const anything = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(anything, fc.constantFrom(undefined, 2, "\t"), (object, space) => {
      expect(memberCount(JSON.stringify(object, null, space))).toBe(Object.keys(object).length);
    }),
  );
});
