import { expect, test } from "bun:test";
import { topicDriver } from "../../src/bench/topic-driver.ts";

const seat = { topic: "room", index: 0 };

const kindOf = (text: string) => {
  const bytes = Buffer.from(`..${text}`);
  return topicDriver.begin(seat).kindOf(bytes, 2, bytes.length);
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
  const conversation = topicDriver.begin(seat);
  const heard = [
    '{"type":"welcome","selfId":"me"}',
    '{"type":"peer-list","peers":[]}',
    '{"type":"peer-joined","peerId":"first","metadata":{"name":"x"}}',
    '{"type":"peer-joined","peerId":"second"}',
    '{"type":"peer-left","peerId":"second"}',
  ].map((text) => [conversation.hear(text), conversation.entered, conversation.paired]);
  expect(heard).toEqual([
    [true, false, false],
    [true, true, false],
    [true, true, true],
    [true, true, true],
    [true, true, true],
  ]);
  expect(conversation.relayFrame("{}")).toBe('{"type":"offer","to":"first","payload":{}}');
});

test("it addresses each other client that is there", () => {
  const conversation = topicDriver.begin(seat);
  for (const text of [
    '{"type":"peer-list","peers":[{"id":"first"},{"id":"second"}]}',
    '{"type":"peer-joined","peerId":"third"}',
    '{"type":"peer-left","peerId":"first"}',
  ])
    conversation.hear(text);
  expect(conversation.others!(4)).toEqual(["second", "third"]);
  expect(conversation.relayFrame("{}", "third")).toBe('{"type":"offer","to":"third","payload":{}}');
});

test("what is not the protocol is said to be so", () => {
  const conversation = topicDriver.begin(seat);
  const strange = ["hello", "[]", '{"type":"peers"}', '{"type":"peer-list"}'];
  expect(strange.map((text) => conversation.hear(text))).toEqual([false, false, false, false]);
});

test("a topic of any characters is one segment of the path", () => {
  expect(topicDriver.path({ topic: "a/b ?c", index: 0 })).toBe("/ws/a%2Fb%20%3Fc");
});

test("who has joined is not read any more once a client knows a hundred others", () => {
  const client = topicDriver.begin({ topic: "a", index: 0 });
  const joined = (id: number) => Buffer.from(`{"type":"peer-joined","peerId":"${id}"}`);
  const kinds = Array.from({ length: 102 }, (_, id) => {
    const bytes = joined(id);
    const kind = client.kindOf(bytes, 0, bytes.length);
    if (kind === "other") client.hear(bytes.toString());
    return kind;
  });
  expect(kinds.slice(98)).toEqual(["other", "other", "news", "news"]);
  const left = Buffer.from('{"type":"peer-left","peerId":"1"}');
  expect(client.kindOf(left, 0, left.length)).toBe("other");
});
