import { expect, test } from "bun:test";
import { trackerDriver } from "../../src/bench/tracker-driver.ts";
import { tracker } from "../../src/protocols/tracker/routes.ts";
import { FakeServer } from "../support/fake-server.ts";

const seat = (index: number) => ({ topic: "bench-1", index });
const begin = (index: number) => trackerDriver.begin(seat(index));
const answer = '{"complete":0,"incomplete":2,"action":"announce","interval":120,"info_hash":"x"}';

function kindOf(text: string, hasEntered = true): string {
  const client = begin(0);
  if (hasEntered) client.hear(answer);
  const bytes = Buffer.from(`..${text}`);
  return client.kindOf(bytes, 2, bytes.length);
}

test("a client announces itself in the swarm of its topic, and has entered with the answer", () => {
  const client = begin(0);
  const [greeting, ...more] = client.greetings.map((text) => JSON.parse(text));
  expect(more).toEqual([]);
  expect(greeting).toMatchObject({ action: "announce", event: "started", offers: [] });
  expect([greeting.info_hash.length, greeting.peer_id.length]).toEqual([20, 20]);
  const [other] = begin(1).greetings.map((text) => JSON.parse(text));
  expect(other.info_hash).toBe(greeting.info_hash);
  expect(other.peer_id).not.toBe(greeting.peer_id);
  const heard = ['{"type":"welcome"}', answer].map((text) => [client.hear(text), client.entered]);
  expect(heard).toEqual([
    [false, false],
    [true, true],
  ]);
});

test("an offer is a delivery, a failure an error, and an answer to an announce neither", () => {
  expect({
    offer: kindOf('{"action":"announce","offer":{},"offer_id":"x"}'),
    failure: kindOf('{"action":"announce","failure reason":"invalid info_hash"}'),
    answer: kindOf(answer),
    first: kindOf(answer, false),
    scrape: kindOf('{"action":"scrape","files":{},"flags":{}}'),
    noise: kindOf("announce the offer of somebody"),
    nothing: kindOf(""),
  }).toEqual({
    offer: "relayed",
    failure: "error",
    answer: "own",
    first: "other",
    scrape: "other",
    noise: "other",
    nothing: "other",
  });
});

test("the server passes each announce's offer to the other one of the pair, as it was given", () => {
  const server = new FakeServer([tracker]);
  const pair = [0, 1].map((index) => {
    const client = server.open(trackerDriver.path(seat(index)));
    for (const text of begin(index).greetings) client.send(text);
    client.reads();
    return client;
  });
  pair[0]!.send(begin(0).relayFrame('{"type":"offer","sdp":1.0}'));
  expect(pair[1]!.reads().map((text) => /"offer":(\{.*?\})/.exec(text)?.[1])).toEqual([
    '{"type":"offer","sdp":1.0}',
  ]);
});
