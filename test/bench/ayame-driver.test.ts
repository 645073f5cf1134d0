import { expect, test } from "bun:test";
import { ayameDriver } from "../../src/bench/ayame-driver.ts";

const begin = (index = 0) => ayameDriver.begin({ topic: "1", index });

test("two of a topic share a room, and have entered when they are accepted", () => {
  const rooms = [0, 1, 2, 3].map((index) => JSON.parse(begin(index).greetings[0]!).roomId);
  expect(rooms).toEqual(["1-0", "1-0", "1-1", "1-1"]);
  const client = begin();
  const heard = [
    '{"type":"ping"}',
    '{"type":"accept","connectionId":"x"}',
    '{"type":"welcome"}',
  ].map((text) => [client.hear(text), client.entered, client.answerTo?.(text)]);
  expect(heard).toEqual([
    [true, false, '{"type":"pong"}'],
    [true, true, undefined],
    [false, true, undefined],
  ]);
});

test("an offer is a delivery, and what ends the room is an error", () => {
  const kindOf = (text: string) => {
    const bytes = Buffer.from(`..${text}`);
    return begin().kindOf(bytes, 2, bytes.length);
  };
  const offer = begin().relayFrame('{"sdp":1.0}');
  expect(offer).toBe('{"type":"offer","sdp":{"sdp":1.0}}');
  expect({
    offer: kindOf(offer),
    bye: kindOf('{"type":"bye"}'),
    reject: kindOf('{"type":"reject","reason":"full"}'),
    ping: kindOf('{"type":"ping"}'),
    noise: kindOf("offer"),
    nothing: kindOf(""),
  }).toEqual({
    offer: "relayed",
    bye: "error",
    reject: "error",
    ping: "other",
    noise: "other",
    nothing: "other",
  });
});
