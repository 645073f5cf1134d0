import { expect, test } from "bun:test";
import { yWebrtcDriver } from "../../src/bench/y-webrtc-driver.ts";

const pair = [0, 1].map((index) => yWebrtcDriver.begin({ topic: "bench-1", index }));
const [one, other] = [pair[0]!, pair[1]!];

const kindsOf = (text: string) =>
  pair.map((conversation) => {
    const bytes = Buffer.from(`..${text}`);
    return conversation.kindOf(bytes, 2, bytes.length);
  });

test("a signal is a delivery for the one that it is for, and nothing for the one that sent it", () => {
  expect([one.relayFrame("{}"), other.relayFrame("{}")].map(kindsOf)).toEqual([
    ["own", "relayed"],
    ["relayed", "own"],
  ]);
});

test("of the signals in a topic of many, those for others are no deliveries, and ids are told apart to their end", () => {
  const [first, second, twelfth] = [0, 1, 12].map((index) =>
    yWebrtcDriver.begin({ topic: "bench-1", index }),
  );
  const others = first!.others!(13);
  expect(others).toHaveLength(12);
  const kindsAt = (conversation: typeof first) =>
    others.map((to) => {
      const bytes = Buffer.from(first!.relayFrame("{}", to));
      return conversation!.kindOf(bytes, 0, bytes.length);
    });
  const onlyAt = (index: number) => others.map((_, at) => (at === index ? "relayed" : "own"));
  expect([kindsAt(second), kindsAt(twelfth)]).toEqual([onlyAt(0), onlyAt(11)]);
});

test("a broadcast is a delivery for all but its sender, whose copy is its own", () => {
  expect([one.broadcastFrame!("{}"), other.broadcastFrame!("{}")].map(kindsOf)).toEqual([
    ["own", "relayed"],
    ["relayed", "own"],
  ]);
  expect(JSON.parse(one.broadcastFrame!('{"sdp":1}'))).toEqual({
    type: "publish",
    topic: "bench-1",
    data: { by: "0-bench-1", signal: { sdp: 1 } },
  });
});

test("what is no signal is heard", () => {
  const texts = [...one.greetings, ...other.greetings, '{"type":"pong"}', "hello", ""];
  expect(new Set(texts.flatMap(kindsOf))).toEqual(new Set(["other"]));
});

test("a newcomer subscribes, announces itself, and has entered with the answer to its ping", () => {
  const newcomer = yWebrtcDriver.begin({ topic: "room", index: 1 });
  expect(newcomer.greetings.map((text) => JSON.parse(text))).toEqual([
    { type: "subscribe", topics: ["room"] },
    { type: "publish", topic: "room", data: { type: "announce", from: "1-room" } },
    { type: "ping" },
  ]);
  const heard = [
    '{"type":"publish","topic":"room","data":{"type":"announce","from":"0-room"},"clients":2}',
    '{"type":"pong"}',
    '{"type":"welcome"}',
  ].map((text) => [newcomer.hear(text), newcomer.entered]);
  expect(heard).toEqual([
    [true, false],
    [true, true],
    [false, true],
  ]);
});

test("a signal holds its payload as it was given", () => {
  expect(JSON.parse(one.relayFrame('{"type":"offer","sdp":"x"}'))).toEqual({
    type: "publish",
    topic: "bench-1",
    data: {
      to: "1-bench-1",
      from: "0-bench-1",
      type: "signal",
      token: 1_700_000_000_000.25,
      signal: { type: "offer", sdp: "x" },
    },
  });
});
