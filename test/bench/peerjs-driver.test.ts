import { expect, test } from "bun:test";
import { peerjsDriver } from "../../src/bench/peerjs-driver.ts";

const seat = (index: number) => ({ topic: "bench-1", index });

const kindOf = (text: string) => {
  const bytes = Buffer.from(`..${text}`);
  return peerjsDriver.begin(seat(0)).kindOf(bytes, 2, bytes.length);
};

test("a client asks for the id of its seat, and has entered with OPEN", () => {
  expect([0, 1].map((index) => peerjsDriver.path(seat(index)))).toEqual([
    "/peerjs?key=peerjs&id=bench-1-0&token=bench-1-0&version=1.5.5",
    "/peerjs?key=peerjs&id=bench-1-1&token=bench-1-1&version=1.5.5",
  ]);
  const client = peerjsDriver.begin(seat(0));
  expect([client.entered, client.hear('{"type":"welcome"}'), client.entered]).toEqual([
    false,
    false,
    false,
  ]);
  expect([client.hear('{"type":"OPEN"}'), client.entered]).toEqual([true, true]);
});

test("an offer is a delivery, and a refusal an error", () => {
  expect({
    offer: kindOf('{"type":"OFFER","src":"a","dst":"b","payload":{}}'),
    open: kindOf('{"type":"OPEN"}'),
    expire: kindOf('{"type":"EXPIRE","src":"a","dst":"b"}'),
    error: kindOf('{"type":"ERROR","payload":{"msg":"x"}}'),
    noise: kindOf("OFFER"),
    nothing: kindOf(""),
  }).toEqual({
    offer: "relayed",
    open: "other",
    expire: "error",
    error: "error",
    noise: "other",
    nothing: "other",
  });
});

test("an offer is for the other one of the pair, and holds its payload as it was given", () => {
  expect([0, 1].map((index) => peerjsDriver.begin(seat(index)).relayFrame('{"sdp":1.0}'))).toEqual([
    '{"type":"OFFER","dst":"bench-1-1","payload":{"sdp":1.0}}',
    '{"type":"OFFER","dst":"bench-1-0","payload":{"sdp":1.0}}',
  ]);
});

test("a client addresses all others of its topic by their seats", () => {
  const client = peerjsDriver.begin({ topic: "room", index: 1 });
  expect(client.others!(3)).toEqual(["room-0", "room-2"]);
  expect(client.relayFrame("{}", "room-2")).toBe('{"type":"OFFER","dst":"room-2","payload":{}}');
});
