// What a Nostr relay for ephemeral events answers, frame by frame.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventIn } from "../../contract/protocols/nostr.ts";
import { request } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { freshTopic } from "../../support/topic-client.ts";

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start([], { NOSTR_MAX_SUBSCRIPTIONS: "3", NOSTR_MAX_TOPICS: "8" });
});

afterAll(() => server[Symbol.asyncDispose]());

const open = (): Promise<RawSocket> => RawSocket.open(server.url, "/nostr");

/** Sends frames, and reads as many as are expected. */
async function ask(socket: RawSocket, frames: readonly unknown[], count = frames.length) {
  for (const frame of frames)
    socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  const answers: unknown[] = [];
  for (let left = count; left > 0; left--) answers.push(await socket.nextJson());
  return answers;
}

describe("REQ", () => {
  test("is answered with EOSE, and with CLOSED where it is refused", async () => {
    const tooMany = Array.from({ length: 9 }, (_, index) => `v${index}`);
    const refusals = await ask(await open(), [
      ["REQ", "a", { "#x": ["1"] }],
      ["REQ", "x".repeat(64), { kinds: [1], "#t": ["1"] }],
      ["REQ", "b", {}],
      ["REQ", "b", { kinds: [20_001] }],
      ["REQ", "b"],
      ["REQ", "b", null],
      ["REQ", "b", { "#x": "1" }],
      ["REQ", "x".repeat(65), { "#x": ["1"] }],
      ["REQ", "b", { "#x": [""] }],
      ["REQ", "b", { "#x": ["y".repeat(256)] }],
      ["REQ", "b", { "#x": tooMany }],
      ["REQ", "b", { "#x": ["2"] }],
      ["REQ", "c", { "#x": ["3"] }],
      ["REQ", "b", { "#x": ["4"] }],
    ]);
    const name = "invalid: a tag value is empty or too long";
    expect(refusals).toEqual([
      ["EOSE", "a"],
      ["EOSE", "x".repeat(64)],
      ["CLOSED", "b", "invalid: a filter needs a tag"],
      ["CLOSED", "b", "invalid: a filter needs a tag"],
      ["CLOSED", "b", "invalid: a filter needs a tag"],
      ["CLOSED", "b", "invalid: this is not a filter, or too large"],
      ["CLOSED", "b", "invalid: this is not a filter, or too large"],
      ["CLOSED", "x".repeat(64), "invalid: a subscription id has 1 to 64 characters"],
      ["CLOSED", "b", name],
      ["CLOSED", "b", name],
      ["CLOSED", "b", "error: too many values in filters"],
      ["EOSE", "b"],
      ["CLOSED", "c", "error: too many subscriptions"],
      ["EOSE", "b"],
    ]);
  });

  test("of values that another filter has counts all the same", async () => {
    const filters = [{ "#x": ["1", "2"], kinds: [20_001] }, { "#x": ["1", "2"] }];
    const reply = await ask(await open(), [
      ["REQ", "a", ...filters],
      ["REQ", "b", ...filters],
      ["REQ", "a", { "#x": ["1"] }],
      ["REQ", "b", ...filters],
    ]);
    expect(reply).toEqual([
      ["EOSE", "a"],
      ["CLOSED", "b", "error: too many values in filters"],
      ["EOSE", "a"],
      ["EOSE", "b"],
    ]);
  });

  test("of the same id takes the place of the one before, and CLOSE ends it", async () => {
    const socket = await open();
    const [one, two] = [freshTopic(), freshTopic()];
    const [first, second, third] = [eventIn(one, "1"), eventIn(two, "2"), eventIn(two, "3")];
    const answers = await ask(
      socket,
      [
        ["REQ", "s", { "#x": [one] }],
        ["REQ", "s", { "#x": [two] }],
        ["EVENT", first],
        ["EVENT", second],
        ["CLOSE", "s"],
        ["EVENT", third],
      ],
      6,
    );
    expect(answers).toEqual([
      ["EOSE", "s"],
      ["EOSE", "s"],
      ["OK", first.id, true, ""],
      ["EVENT", "s", second],
      ["OK", second.id, true, ""],
      ["OK", third.id, true, ""],
    ]);
  });
});

describe("EVENT", () => {
  test("reaches each subscription that matches once, the sender's own too, as it was written", async () => {
    const [sender, other] = [await open(), await open()];
    const topic = freshTopic();
    const both = { ...eventIn(topic, ""), tags: [] };
    await ask(sender, [["REQ", "own", { "#x": [topic, `${topic}-2`], "#t": ["t"] }]]);
    await ask(other, [
      ["REQ", "one", { "#x": [topic] }, { "#x": [`${topic}-2`] }],
      ["REQ", "two", { kinds: [20_001], authors: ["a".repeat(64)], "#x": [topic] }],
      ["REQ", "not", { kinds: [20_002], "#x": [topic] }],
    ]);
    const { hashOf } = await import("../../../src/protocols/nostr/wire.ts");
    const tags = [
      ["x", topic],
      ["x", `${topic}-2`],
      ["t", "t"],
    ];
    const event = { ...both, tags, id: hashOf({ ...both, tags }) };
    const raw = `${JSON.stringify(event).slice(0, -1)} , "extra":1.10}`;
    sender.send(`["EVENT",${raw}]`);
    expect([await sender.next(), await sender.nextJson()]).toEqual([
      `["EVENT","own",${raw}]`,
      ["OK", event.id, true, ""],
    ]);
    expect([await other.next(), await other.next()].toSorted()).toEqual([
      `["EVENT","one",${raw}]`,
      `["EVENT","two",${raw}]`,
    ]);
    expect(await ask(other, [["REQ", "one", { "#x": ["z"] }]])).toEqual([["EOSE", "one"]]);
  });

  test("that is no event, stored, or not what its id says is answered with OK false", async () => {
    const event = eventIn("x", "");
    const stored = eventIn("x", "", 1);
    expect(
      await ask(await open(), [
        ["EVENT", { ...event, content: "other" }],
        ["EVENT", stored],
        ["EVENT", { ...event, sig: "short" }],
        ["EVENT", null],
        ["EVENT", event, 1],
      ]),
    ).toEqual([
      ["OK", event.id, false, "invalid: the id is not the hash of the event"],
      ["OK", stored.id, false, "blocked: ephemeral kinds only"],
      ["OK", event.id, false, "invalid: this is not an event"],
      ["OK", "", false, "invalid: this is not an event"],
      ["OK", event.id, false, "invalid: this is not an event"],
    ]);
  });
});

test("what is no message of Nostr is answered with NOTICE, and what is no JSON ends the socket", async () => {
  const socket = await open();
  expect(await ask(socket, ["{}", "null", '["AUTH"]', '["CLOSE"]', '["REQ",5]'])).toEqual([
    ["NOTICE", "invalid: not an array"],
    ["NOTICE", "invalid: not an array"],
    ["NOTICE", "invalid: unknown message type"],
    ["NOTICE", "invalid: CLOSE needs the id of a subscription"],
    ["NOTICE", "invalid: REQ needs a subscription id"],
  ]);
  socket.send("[");
  expect(await socket.closed).toEqual({ code: 1007, reason: "not JSON" });
});

test("a plain request gets the document of NIP-11 if it asks for it", async () => {
  const headers = { Accept: "application/nostr+json" };
  const { status, body } = await request(server.url, "GET", "/nostr", headers);
  expect([status, JSON.parse(body)]).toMatchObject([
    200,
    {
      name: "signalbox",
      supported_nips: [1, 11],
      limitation: { max_subscriptions: 3, max_message_length: 262_144 },
    },
  ]);
  expect(await request(server.url, "GET", "/nostr")).toMatchObject({ status: 426 });
});
