import { expect, test } from "bun:test";
import { nameOf, randomName, randomTopic } from "../../src/pages/demo/names.ts";

test("a random topic needs no encoding in a link", () => {
  expect(randomTopic()).toMatch(/^[a-z]+-[a-z]+-\d{4}$/);
});

test("a random name is two words", () => {
  expect(randomName()).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
});

test("a peer is called what its metadata says, within bounds", () => {
  expect(nameOf("id", { name: "  Ann " })).toBe("Ann");
  expect(nameOf("id", { name: "x".repeat(100) })).toHaveLength(40);
});

test("a peer that says nothing usable is called by the end of its id", () => {
  for (const metadata of [undefined, null, "Ann", 5, {}, { name: 5 }, { name: " " }]) {
    expect(nameOf("01ARZ3NDEKTSV4RRFFQ69G5FAV", metadata)).toBe("Peer 5FAV");
  }
});
