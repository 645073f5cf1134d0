import { expect, test } from "bun:test";
import { sessionDriver } from "../../src/bench/session-driver.ts";

const seat = { topic: "bench-1", index: 0 };

const connected = '{"type":"connected","sessionId":"ws_1_a"}';
const seekOf = (id: string) => `{"type":"webrtc_seek_broadcaster","sourceSession":"${id}"}`;
const answerOf = (id: string) =>
  `{"type":"request_offer","targetSession":"ws_1_a","sourceSession":"${id}"}`;

const kindOf = (text: string) => {
  const bytes = Buffer.from(`..${text}`);
  return sessionDriver.begin(seat).kindOf(bytes, 2, bytes.length);
};

test("a client seeks in the space of its topic, and has entered when it is connected", () => {
  const client = sessionDriver.begin(seat);
  expect([sessionDriver.path(seat), client.greetings]).toEqual([
    "/ws?space=bench-1",
    ['{"type":"webrtc_seek_broadcaster"}'],
  ]);
  const heard = ['{"type":"welcome"}', connected].map((text) => [
    client.hear(text),
    client.entered,
  ]);
  expect(heard).toEqual([
    [false, false],
    [true, true],
  ]);
});

test("the first that a client hears of is its partner, and that one is told so", () => {
  const client = sessionDriver.begin(seat);
  const heard = [connected, seekOf("ws_2_b"), seekOf("ws_3_c"), answerOf("ws_3_c")].map((text) => [
    client.hear(text),
    client.paired,
    client.answerTo?.(text),
  ]);
  expect(heard).toEqual([
    [true, false, undefined],
    [true, true, '{"type":"request_offer","targetSession":"ws_2_b"}'],
    [true, true, undefined],
    [true, true, undefined],
  ]);
  expect(client.relayFrame('{"sdp":1.0}')).toBe(
    '{"type":"webrtc_offer","targetSession":"ws_2_b","sdp":{"sdp":1.0}}',
  );
});

test("a client that sought before its partner came learns of it by the answer", () => {
  const client = sessionDriver.begin(seat);
  expect([client.hear(connected), client.hear(answerOf("ws_2_b")), client.paired]).toEqual([
    true,
    true,
    true,
  ]);
});

test("an offer is a delivery, and an error is one", () => {
  expect({
    offer: kindOf('{"type":"webrtc_offer","targetSession":"a","sdp":{},"sourceSession":"b"}'),
    seek: kindOf(seekOf("b")),
    answer: kindOf(answerOf("b")),
    connected: kindOf(connected),
    error: kindOf('{"type":"error","sessionId":"a","errorCode":"DROPPED"}'),
    noise: kindOf("webrtc_offer"),
    nothing: kindOf(""),
  }).toEqual({
    offer: "relayed",
    seek: "other",
    answer: "other",
    connected: "other",
    error: "error",
    noise: "other",
    nothing: "other",
  });
});
