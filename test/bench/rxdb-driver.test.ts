import { expect, test } from "bun:test";
import { rxdbDriver } from "../../src/bench/rxdb-driver.ts";

const seat = { topic: "1", index: 0 };
const [ann, bob] = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"] as const;

const kindOf = (text: string) => {
  const bytes = Buffer.from(`..${text}`);
  return rxdbDriver.begin(seat).kindOf(bytes, 2, bytes.length);
};

test("a client joins a room that is long enough, and has entered with the list that it is on", () => {
  const client = rxdbDriver.begin(seat);
  expect(client.greetings).toEqual(['{"type":"join","room":"bench 1"}']);
  const heard = [
    `{"type":"init","yourPeerId":"${ann}"}`,
    `{"type":"joined","otherPeerIds":["${bob}"]}`,
    `{"type":"joined","otherPeerIds":["${ann}"]}`,
    `{"type":"joined","otherPeerIds":["${ann}","${bob}"]}`,
    '{"type":"welcome"}',
  ].map((text) => [client.hear(text), client.entered, client.paired]);
  expect(heard).toEqual([
    [true, false, false],
    [true, false, true],
    [true, true, false],
    [true, true, true],
    [false, true, true],
  ]);
});

test("a signal is a delivery, and nothing is an error", () => {
  expect({
    signal: kindOf(`{"type":"signal","senderPeerId":"${bob}"}`),
    joined: kindOf('{"type":"joined","otherPeerIds":[]}'),
    noise: kindOf("signal"),
    nothing: kindOf(""),
  }).toEqual({ signal: "relayed", joined: "other", noise: "other", nothing: "other" });
});

test("a signal is for the other one of the pair, and holds its payload as it was given", () => {
  const client = rxdbDriver.begin(seat);
  client.hear(`{"type":"init","yourPeerId":"${ann}"}`);
  client.hear(`{"type":"joined","otherPeerIds":["${bob}","${ann}"]}`);
  expect(client.relayFrame('{"sdp":1.0}')).toBe(
    `{"type":"signal","senderPeerId":"${ann}","receiverPeerId":"${bob}","room":"bench 1","data":{"sdp":1.0}}`,
  );
});
