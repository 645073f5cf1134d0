// Whose is a publish with a field `payload`? Trystero's ws-relay has one, and y-webrtc's own server passes any
// field on. Clients of both are on one socket here.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isThere } from "../../support/missing.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { type AnyServer, TwoNodes } from "../../support/two-nodes.ts";
import { freshRoom, ReferenceServer, YClient } from "../../support/y-webrtc-client.ts";

const ours: readonly (readonly [string, () => Promise<AnyServer>])[] = [
  ["signalbox", () => ServerProcess.start()],
  ...(isThere(redisProgram, "Redis")
    ? [["signalbox, two nodes", () => TwoNodes.start()] as const]
    : []),
];
const reference: typeof ours = isThere(Bun.which("node"), "Node")
  ? [["y-webrtc's own server", () => ReferenceServer.start()]]
  : [];

describe.each([...ours, ...reference])("at %s", (_name, start) => {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("what a subscriber of y-webrtc publishes reaches the others whole, a payload too", async () => {
    const room = freshRoom();
    const ann = await YClient.open(server.url, [room]);
    const bob = await YClient.open(server.url, [room]);
    for (const rest of ['"payload":{"a":1}', '"payload":null', '"data":1,"payload":[1]']) {
      await ann.say(`{"type":"publish","topic":"${room}",${rest}}`);
      expect(await bob.heard()).toEqual([
        `{"type":"publish","topic":"${room}",${rest},"clients":2}`,
      ]);
    }
  });

  test("so it does after an empty list of topics, and after the last topic was left", async () => {
    const room = freshRoom();
    const bob = await YClient.open(server.url, [room]);
    for (const said of [
      [{ type: "subscribe", topics: [] }],
      [
        { type: "subscribe", topics: [room] },
        { type: "unsubscribe", topics: [room] },
      ],
    ]) {
      const ann = await YClient.open(server.url);
      await ann.say(...said, `{"type":"publish","topic":"${room}","payload":1}`);
      expect(await bob.heard()).toEqual([
        `{"type":"publish","topic":"${room}","payload":1,"clients":1}`,
      ]);
    }
  });
});

describe.each(ours)("at %s", (_name, start) => {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** A room of y-webrtc and a relay topic of the same name, with somebody in each. */
  async function two() {
    const room = freshRoom();
    const yjs = await YClient.open(server.url, [room]);
    const relay = await YClient.open(server.url);
    await relay.say({ type: "subscribe", topic: room });
    return { room, yjs, relay };
  }

  /** Which of the two hears what somebody says; nobody hears both. */
  async function hearing(
    subscriptions: readonly ("topics" | "topic")[],
    frame: (room: string) => string,
  ): Promise<string> {
    const { room, yjs, relay } = await two();
    const sender = await YClient.open(server.url);
    for (const kind of subscriptions)
      await sender.say({ type: "subscribe", [kind]: kind === "topic" ? "x" : ["x"] });
    await sender.say(frame(room));
    const [byYjs, byRelay] = [await yjs.heard(), await relay.heard()];
    expect(byYjs.length + byRelay.length).toBe(1);
    return byYjs.length === 1 ? "yjs" : "relay";
  }

  const plain = (room: string) => `{"type":"publish","topic":"${room}","payload":{"a":1}}`;
  const shuffled = (room: string) =>
    ` { "payload" : [{"x":1}] , "\\u0074opic":"${room}","type":"publish"}`;
  const more = (room: string) => `{"type":"publish","topic":"${room}","payload":1,"x":2}`;
  const withData = (room: string) => `{"type":"publish","topic":"${room}","payload":1,"data":2}`;
  const without = (room: string) => `{"type":"publish","topic":"${room}","data":1}`;

  test.each([
    ["topics", ["topics"], { plain: "yjs", shuffled: "yjs", more: "yjs", without: "yjs" }],
    ["topic", ["topic"], { plain: "relay", shuffled: "relay", more: "relay", without: "yjs" }],
    ["neither", [], { plain: "relay", shuffled: "relay", more: "yjs", without: "yjs" }],
    [
      "both",
      ["topic", "topics"],
      { plain: "relay", shuffled: "relay", more: "yjs", without: "yjs" },
    ],
  ] as const)("of a connection that has subscribed with %s", async (_what, kinds, expected) => {
    const frames = { plain, shuffled, more, without };
    const heard: Record<string, string> = {};
    for (const [name, frame] of Object.entries(frames)) heard[name] = await hearing(kinds, frame);
    expect<unknown>(heard).toEqual(expected);
    expect(await hearing(kinds, withData)).toBe(expected.more);
  });

  test("the relay's subscribers read the topic and the payload as they were written, and nothing more", async () => {
    const { room, yjs, relay } = await two();
    expect(
      await relay.say(`{"type":"publish","x":1,"topic":"${room}","payload": [1.10] }`),
    ).toEqual([`{"topic":"${room}","payload":[1.10]}`]);
    expect(await yjs.heard()).toEqual([]);
  });
});
