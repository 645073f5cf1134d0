import { expect, test } from "bun:test";
import { roomDriver } from "../../src/bench/room-driver.ts";

const seat = (index: number) => ({ topic: "bench-1", index });

const kindOf = (text: string) => {
  const bytes = Buffer.from(`..${text}`);
  return roomDriver.begin(seat(0)).kindOf(bytes, 2, bytes.length);
};

test("a client has entered with the first room state", () => {
  const client = roomDriver.begin(seat(0));
  expect([client.entered, client.hear('{"type":"welcome"}'), client.entered]).toEqual([
    false,
    false,
    false,
  ]);
  expect([client.hear('{"type":"room_state","sender_id":"server"}'), client.entered]).toEqual([
    true,
    true,
  ]);
  expect(client.hear('{"type":"user_joined","sender_id":"server"}')).toBe(true);
});

test("an offer is a delivery, and an error is one", () => {
  expect({
    offer: kindOf('{"type":"offer","sender_id":"a","payload":{}}'),
    state: kindOf('{"type":"room_state","sender_id":"server"}'),
    error: kindOf('{"type":"error","sender_id":"server"}'),
    noise: kindOf("offer"),
    nothing: kindOf(""),
  }).toEqual({
    offer: "relayed",
    state: "other",
    error: "error",
    noise: "other",
    nothing: "other",
  });
});

test("an offer is for the other one of the pair, and holds its payload as it was given", () => {
  expect([0, 1].map((index) => roomDriver.begin(seat(index)).relayFrame('{"sdp":1.0}'))).toEqual([
    '{"type":"offer","payload":{"target_user_id":"bench-1-1","offer":{"sdp":1.0}}}',
    '{"type":"offer","payload":{"target_user_id":"bench-1-0","offer":{"sdp":1.0}}}',
  ]);
});
