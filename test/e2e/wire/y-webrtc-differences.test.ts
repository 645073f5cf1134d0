// Where this server differs from y-webrtc's own, on purpose: each difference is played at both, and what
// comes of it is asserted of both.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { describeWith } from "../../support/missing.ts";
import { request } from "../../support/raw-http.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { TwoNodes } from "../../support/two-nodes.ts";
import { freshRoom, ReferenceServer, YClient } from "../../support/y-webrtc-client.ts";

/** What two in a room hear when the first of them says something. */
const said =
  (text: (room: string) => string) =>
  async (url: URL): Promise<unknown> => {
    const room = freshRoom();
    const [ann, bob] = [await YClient.open(url, [room]), await YClient.open(url, [room])];
    const heard = { ann: await ann.say(text(room)), bob: await bob.heard() };
    return JSON.parse(JSON.stringify(heard).replaceAll(room, "room"));
  };

/** How the socket of one ends who says something, or `open`. */
const ending =
  (...texts: readonly string[]) =>
  async (url: URL): Promise<unknown> => {
    const ann = await YClient.open(url);
    for (const text of texts) ann.send(text);
    return await Promise.race([
      ann.socket.closed,
      ann.heard().then(
        () => "open",
        () => ann.socket.closed,
      ),
    ]);
  };

/** Who of four hears a signal that one of them sends to another. */
async function signal(url: URL): Promise<unknown> {
  const room = freshRoom();
  const names = ["ann", "bob", "cid", "dan"];
  const crowd = await Promise.all(names.map(() => YClient.open(url, [room])));
  for (const [at, client] of crowd.entries())
    await client.say({ type: "publish", topic: room, data: { type: "announce", from: names[at] } });
  for (const client of crowd) await client.heard();
  const data = { to: "bob", from: "ann", type: "signal", token: 1.5, signal: { type: "offer" } };
  const frame = { type: "publish", topic: room, data, clients: 4 };
  const heard = [await crowd[0]!.say({ type: "publish", topic: room, data })];
  for (const client of crowd.slice(1)) heard.push(await client.heard());
  return names.filter((_, at) => heard[at]!.includes(JSON.stringify(frame)));
}

const subscribe = (topics: unknown) => JSON.stringify({ type: "subscribe", topics });
const names = (count: number) => Array.from({ length: count }, (_, index) => `topic-${index}`);
const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;

const status =
  (path: string) =>
  async (url: URL): Promise<unknown> =>
    (await fetch(new URL(path, url))).status;
const upgrade =
  (path: string) =>
  async (url: URL): Promise<unknown> =>
    (await request(url, "GET", path, upgradeHeaders)).status;

const copy = '{"type":"publish","topic":"room","data":1,"clients":2}';

interface Difference {
  readonly play: (url: URL) => Promise<unknown>;
  readonly ours: unknown;
  readonly reference: unknown;
}

const differences: Readonly<Record<string, Difference>> = {
  "a sender gets no copy of its own publish": {
    play: said((room) => `{"type":"publish","topic":"${room}","data":1}`),
    ours: { ann: [], bob: [copy] },
    reference: { ann: [copy], bob: [copy] },
  },
  "a frame passes as it was written: digits, spaces, order, keys that come twice": {
    play: async (url) => {
      const heard = said(
        (room) =>
          ` {"type":"publish", "topic":"${room}","9":1.10,"1":1e2,"1":12345678901234567890}`,
      );
      return Object(await heard(url)).bob;
    },
    ours: [
      ' {"type":"publish", "topic":"room","9":1.10,"1":1e2,"1":12345678901234567890,"clients":2}',
    ],
    reference: ['{"1":12345678901234567000,"9":1.1,"type":"publish","topic":"room","clients":2}'],
  },
  "a signal goes to the one whose id it names": {
    play: signal,
    ours: ["bob"],
    reference: ["ann", "bob", "cid", "dan"],
  },
  "what is nested however deep passes, and ends nobody's socket": {
    play: async (url) => {
      const room = freshRoom();
      const [ann, bob] = [await YClient.open(url), await YClient.open(url, [room])];
      ann.send(`{"type":"publish","topic":"${room}","data":${deep}}`);
      return await bob.socket.next().then(
        ({ length }) => length > 60_000,
        () => "closed",
      );
    },
    ours: true,
    reference: "closed",
  },
  "a connection has up to 128 topics": {
    play: ending(subscribe(names(128)), subscribe(names(128)), subscribe(["one-more"])),
    ours: { code: 1008, reason: "more than 128 topics on one connection" },
    reference: "open",
  },
  "a topic's name has up to 255 bytes": {
    play: ending(subscribe(["é".repeat(128)])),
    ours: { code: 1008, reason: "a topic must be at most 255 bytes of UTF-8" },
    reference: "open",
  },
  "a topic's name has no half of a surrogate pair": {
    play: ending('{"type":"subscribe","topics":["\\ud800"]}'),
    ours: { code: 1008, reason: "a topic must be at most 255 bytes of UTF-8" },
    reference: "open",
  },
  "a message has up to 256 KiB": {
    play: ending(`{"data":"${"x".repeat(262_144)}"}`),
    ours: { code: 1009, reason: "message too large" },
    reference: "open",
  },
  "trystero's topics are others than y-webrtc's": {
    play: async (url) => {
      const [room, client] = [freshRoom(), await YClient.open(url)];
      const heard = await client.say(
        { type: "subscribe", topic: room },
        { type: "publish", topic: room, payload: "x" },
      );
      return heard.map((text) => text.replace(room, "room"));
    },
    ours: ['{"topic":"room","payload":"x"}'],
    reference: [],
  },
  "an upgrade is served at two paths": {
    play: upgrade("/any/path"),
    ours: 404,
    reference: 101,
  },
  "a plain GET is okay at one path": {
    play: status("/any/path"),
    ours: 404,
    reference: 200,
  },
};

describeWith(redisProgram, "Redis")("signalbox, two nodes", () => {
  let ours: TwoNodes;

  beforeAll(async () => {
    ours = await TwoNodes.start();
  });
  afterAll(() => ours[Symbol.asyncDispose]());

  test.each(Object.entries(differences))("%s", async (_what, { play, ours: here }) => {
    expect(await play(ours.url)).toEqual(here);
  });
});

describeWith(Bun.which("node"), "Node")("signalbox and y-webrtc's own server", () => {
  let ours: Awaited<ReturnType<typeof ServerProcess.start>>;
  let reference: ReferenceServer;

  beforeAll(async () => {
    [ours, reference] = await Promise.all([ServerProcess.start(), ReferenceServer.start()]);
  });

  afterAll(() => Promise.all([ours, reference].map((server) => server[Symbol.asyncDispose]())));

  describe.each(Object.entries(differences))(
    "%s",
    (_what, { play, ours: here, reference: there }) => {
      test("at signalbox", async () => {
        expect(await play(ours.url)).toEqual(here);
      });
      test("at y-webrtc's own server, not so", async () => {
        expect(await play(reference.url)).toEqual(there);
      });
    },
  );

  describe.each([
    ["that is not JSON", "?", { code: 1007, reason: "not JSON" }],
    ["that is empty", "", { code: 1007, reason: "not JSON" }],
    ["whose topics are a string", '{"type":"subscribe","topics":"room"}', "open"],
    ["whose topics are an object", '{"type":"unsubscribe","topics":{"length":1}}', "open"],
  ] as const)("a frame %s", (_what, text, end) => {
    test("concerns at most the socket that sent it", async () => {
      const witness = await YClient.open(ours.url);
      expect(await ending(text)(ours.url)).toEqual(end);
      expect(await witness.heard()).toEqual([]);
    });
    test("ends the process of y-webrtc's own server, and so everybody's socket", async () => {
      await using doomed = await ReferenceServer.start();
      const witness = await YClient.open(doomed.url);
      (await YClient.open(doomed.url)).send(text);
      expect([await doomed.exited, await witness.socket.closed]).toEqual([
        1,
        { code: 1006, reason: "" },
      ]);
    });
  });
});
