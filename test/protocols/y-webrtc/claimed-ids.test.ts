import { expect, test } from "bun:test";
import {
  type ClaimedIds,
  everything,
  keysOf,
  maxIdLength,
  maxIds,
  noIds,
  withId,
} from "../../../src/protocols/y-webrtc/claimed-ids.ts";

const claiming = (...ids: readonly string[]): ClaimedIds => ids.reduce(withId, noIds);
const many = Array.from({ length: maxIds }, (_, index) => `id-${index}`);

test("a member is found by the ids that it has said", () => {
  expect(keysOf(claiming("ann", "bob"))).toEqual(["ann", "bob"]);
});

test("what was said before changes nothing", () => {
  const ids = claiming("ann", "bob");
  expect(withId(ids, "ann")).toBe(ids);
});

test("who says more ids than are kept, or too long a one, gets everything and has named nothing", () => {
  const tooMany = claiming(...many, "one-more");
  const tooLong = claiming("x".repeat(maxIdLength + 1));
  expect([claiming(...many), tooMany, tooLong, withId(tooMany, "ann")]).toEqual([
    many,
    "all",
    "all",
    "all",
  ]);
  expect(keysOf(tooMany)).toEqual([everything]);
});

test("an id of any characters is kept as it is", () => {
  const odd = ["\ud800", "🐙", "__proto__", '"', "é".repeat(maxIdLength)];
  expect(claiming(...odd)).toEqual(odd);
});
