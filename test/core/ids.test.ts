import { expect, test } from "bun:test";
import { maxTopicNameBytes, newMemberId, newNodeId, topicName } from "../../src/core/ids.ts";

test("ids are 26 characters that sort by the order in which they were made", () => {
  const ids = Array.from({ length: 1000 }, newMemberId);
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id))).toEqual([]);
});

test("a node's id is no member's id", () => {
  expect(newNodeId() as string).not.toBe(newMemberId());
});

test("a topic's name is 1 to 255 bytes of any characters", () => {
  const longest = "é".repeat(127);
  expect(maxTopicNameBytes).toBe(255);
  expect(["", "a", " / \n", `${longest}a`, `${longest}é`].map(topicName) as unknown[]).toEqual([
    undefined,
    "a",
    " / \n",
    `${longest}a`,
    undefined,
  ]);
});
