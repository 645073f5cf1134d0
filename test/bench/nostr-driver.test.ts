import { expect, test } from "bun:test";
import type { DriverConversation } from "../../src/bench/driver.ts";
import { nostrDriver } from "../../src/bench/nostr-driver.ts";
import { hashOf } from "../../src/protocols/nostr/wire.ts";

const topic = "bench-0";
const ann = nostrDriver.begin({ topic, index: 0 });
const bob = nostrDriver.begin({ topic, index: 1 });

const kindOf = (client: DriverConversation, text: string) => {
  const bytes = Buffer.from(`..${text}`);
  return client.kindOf(bytes, 2, bytes.length);
};

/** An event as it comes to a subscriber. */
const delivered = (client: DriverConversation, message = ""): string => {
  const [, subscription] = JSON.parse(client.greetings[0]!);
  return message.replace('["EVENT",', `["EVENT","${subscription}",`);
};

test("a client subscribes to its own tag and to that of its topic, and has entered at the end of what is stored", () => {
  const client = nostrDriver.begin({ topic, index: 1 });
  const [type, subscription, filter] = JSON.parse(client.greetings[0]!);
  expect([type, subscription.length, filter]).toEqual([
    "REQ",
    64,
    { kinds: [21_000], "#x": [`${topic}-1`, topic] },
  ]);
  const before = client.entered;
  expect([client.hear('["welcome"]'), client.hear(`["EOSE","${subscription}"]`)]).toEqual([
    false,
    true,
  ]);
  expect([before, client.entered]).toEqual([false, true]);
});

test("an event is for the partner or for all, has the hash of itself as its id, and is as long as it is asked to be", () => {
  const payload = '{"stamp":"0000000007","sdp":"a\\r\\nb"}';
  const [toPartner, toAll] = [ann.relayFrame(payload), ann.broadcastFrame?.(payload) ?? ""];
  const [one, all] = [toPartner, toAll].map((text) => JSON.parse(text)[1]);
  expect([one.tags, all.tags]).toEqual([[["x", `${topic}-1`]], [["x", topic]]]);
  expect([one.id, all.id]).toEqual([hashOf(one), hashOf(all)]);
  expect(toPartner.length - ann.relayFrame("").length).toBe(payload.length);
});

test("events of others are deliveries, and one's own and the answers to them are not", () => {
  const event = ann.broadcastFrame?.("{}") ?? "";
  const { id } = JSON.parse(event)[1];
  expect({
    others: kindOf(bob, delivered(bob, event)),
    own: kindOf(ann, delivered(ann, event)),
    taken: kindOf(ann, `["OK","${id}",true,""]`),
    refused: kindOf(ann, `["OK","${id}",false,"rate-limited: slow down"]`),
    notice: kindOf(ann, '["NOTICE","rate-limited: slow down"]'),
    closed: kindOf(ann, '["CLOSED","bench","error: there is no room"]'),
    stored: kindOf(ann, '["EOSE","bench"]'),
    noise: kindOf(ann, "event"),
    nothing: kindOf(ann, ""),
  }).toEqual({
    others: "relayed",
    own: "own",
    taken: "own",
    refused: "error",
    notice: "error",
    closed: "error",
    stored: "other",
    noise: "other",
    nothing: "other",
  });
});
