import { expect, test } from "bun:test";
import { topicDriver } from "../../src/bench/topic-driver.ts";

const kindOf = (text: string) => {
  const bytes = Buffer.from(`..${text}`);
  return topicDriver.kindOf(bytes, 2, bytes.length);
};

test("relayed frames, errors and the rest are told apart without parsing", () => {
  expect(
    [
      '{"type":"offer","from":"a"}',
      '{"type":"answer","from":"a"}',
      '{"type":"ice-candidate","from":"a"}',
      '{"type":"error","code":"dropped"}',
      '{"type":"peer-joined","peerId":"a"}',
      '{"type":"peer-left","peerId":"a"}',
      "hello, offers",
      "",
    ].map(kindOf),
  ).toEqual(["relayed", "relayed", "relayed", "error", "other", "other", "other", "other"]);
});

test("a newcomer has entered with the list of peers, and its partner is the first it hears of", () => {
  const arrival = topicDriver.arrive();
  const heard = [
    '{"type":"welcome","selfId":"me"}',
    '{"type":"peer-list","peers":[]}',
    '{"type":"peer-joined","peerId":"first","metadata":{"name":"x"}}',
    '{"type":"peer-joined","peerId":"second"}',
    '{"type":"peer-left","peerId":"second"}',
  ].map((text) => [arrival.hear(text), arrival.entered, arrival.partner]);
  expect(heard).toEqual([
    [true, false, undefined],
    [true, true, undefined],
    [true, true, "first"],
    [true, true, "first"],
    [true, true, "first"],
  ]);
});

test("what is not the protocol is said to be so", () => {
  const arrival = topicDriver.arrive();
  const strange = ["hello", "[]", '{"type":"peers"}', '{"type":"peer-list"}'];
  expect(strange.map((text) => arrival.hear(text))).toEqual([false, false, false, false]);
});

test("a topic of any characters is one segment of the path", () => {
  expect(topicDriver.path("a/b ?c")).toBe("/ws/a%2Fb%20%3Fc");
});
