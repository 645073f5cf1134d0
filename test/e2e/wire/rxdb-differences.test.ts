// Where this server differs from RxDB's own, on purpose: each difference is played at both, and what comes of
// it is asserted of both.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { describeWith } from "../../support/missing.ts";
import { request } from "../../support/raw-http.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { freshRoom, RxdbClient, StockServer } from "../../support/rxdb-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { TwoNodes } from "../../support/two-nodes.ts";

const join = (room: string) => JSON.stringify({ type: "join", room });

/** How the socket of one ends who says something, or `open`. */
const ending =
  (...texts: readonly string[]) =>
  async (url: URL): Promise<unknown> => {
    const ann = await RxdbClient.open(url);
    for (const text of texts) ann.send(text);
    return await Promise.race([
      ann.socket.closed,
      ann.heard().then(
        () => "open",
        () => ann.socket.closed,
      ),
    ]);
  };

/** What one of a room hears of a signal by another, whose ids read as names. */
async function signal(url: URL, write: (from: string, to: string) => string): Promise<unknown> {
  const room = freshRoom();
  const [ann, bob] = [await RxdbClient.open(url, [room]), await RxdbClient.open(url, [room])];
  // Until it has heard of everybody.
  while ((await bob.lists()).every((ids) => ids.length < 2));
  await ann.say(write(ann.id, bob.id));
  const heard = await bob.heard();
  return heard.map((text) => text.replaceAll(ann.id, "ann").replaceAll(bob.id, "bob"));
}

const spoof = '{"type":"signal","senderPeerId":"aaaaaaaaaaaa","receiverPeerId":"x","data":1}';

interface Difference {
  readonly play: (url: URL) => Promise<unknown>;
  readonly ours: unknown;
  readonly stock: unknown;
}

const silentClose = { code: 1005, reason: "" };

const differences: Readonly<Record<string, Difference>> = {
  "a bad message closes its socket with a code and a reason": {
    play: async (url) => [
      await ending("?")(url),
      await ending("[]")(url),
      await ending('{"type":"offer"}')(url),
      await ending(join("short"))(url),
      await ending(spoof)(url),
    ],
    ours: [
      { code: 1008, reason: "not a JSON object" },
      { code: 1008, reason: "not a JSON object" },
      { code: 1008, reason: "unknown message type" },
      { code: 1008, reason: "a room must be text of 6 to 99 characters" },
      { code: 1008, reason: "senderPeerId is not yours" },
    ],
    stock: [silentClose, silentClose, silentClose, silentClose, silentClose],
  },
  "a burst of joins is one list": {
    play: async (url) => {
      const room = freshRoom();
      const ann = await RxdbClient.open(url, [room]);
      await ann.next();
      const crowd = await Promise.all(Array.from({ length: 9 }, () => RxdbClient.open(url)));
      for (const client of crowd) client.send(join(room));
      let lists = 0;
      for (let size = 1; size < 10; lists++)
        size = JSON.parse(await ann.next()).otherPeerIds.length;
      return lists < 9 ? "fewer lists than joins" : "a list a join";
    },
    ours: "fewer lists than joins",
    stock: "a list a join",
  },
  "a signal to somebody who shares no room is dropped": {
    play: async (url) => {
      const rooms = [freshRoom(), freshRoom()] as const;
      const ann = await RxdbClient.open(url, [rooms[0]]);
      const bob = await RxdbClient.open(url, [rooms[1]]);
      await ann.say(ann.signal(bob, rooms[1], 1), ann.signal(bob, rooms[0], 2));
      return (await bob.heard()).filter((text) => text.includes('"signal"')).length;
    },
    ours: 0,
    stock: 2,
  },
  "a signal passes as it was written: digits, spaces, order, keys that come twice": {
    play: (url) =>
      signal(
        url,
        (from, to) =>
          ` {"data":1.10, "type":"signal","9":1e2,"1":12345678901234567890,"senderPeerId":"${from}","receiverPeerId":"x","receiverPeerId":"${to}"}`,
      ),
    ours: [
      ' {"data":1.10, "type":"signal","9":1e2,"1":12345678901234567890,"senderPeerId":"ann","receiverPeerId":"x","receiverPeerId":"bob"}',
    ],
    stock: [
      '{"1":12345678901234567000,"9":100,"data":1.1,"type":"signal","senderPeerId":"ann","receiverPeerId":"bob"}',
    ],
  },
  "a connection has up to 128 rooms": {
    play: async (url) => {
      const ann = await RxdbClient.open(url);
      for (let index = 0; index < 129; index++) ann.send(join(`one of many ${index}`));
      const signal = ann.signal(ann, "one of many 0", "after all joins");
      ann.send(signal);
      const isBack = async (): Promise<unknown> => {
        while ((await ann.next()) !== signal);
        return "open";
      };
      return await isBack().catch(() => ann.socket.closed);
    },
    ours: { code: 1008, reason: "more than 128 rooms on one connection" },
    stock: "open",
  },
  "a room's name has no half of a surrogate pair": {
    play: ending('{"type":"join","room":"half a pair \\ud800"}'),
    ours: { code: 1008, reason: "a room must be text of 6 to 99 characters" },
    stock: "open",
  },
  "a message has up to 256 KiB": {
    play: ending(`{"type":"ping","data":"${"x".repeat(262_144)}"}`),
    ours: { code: 1009, reason: "message too large" },
    stock: "open",
  },
  "bytes that are no UTF-8 close the socket": {
    play: async (url) => {
      const ann = await RxdbClient.open(url);
      ann.socket.sendBinary(Buffer.from('{"type":"ping","x":"\xff"}', "latin1"));
      return await Promise.race([
        ann.socket.closed,
        ann
          .heard()
          .then(() => "open")
          .catch(() => ann.socket.closed),
      ]);
    },
    ours: { code: 1007, reason: "not UTF-8" },
    stock: "open",
  },
  "an upgrade is served at one path": {
    play: async (url) => (await request(url, "GET", "/any/path", upgradeHeaders)).status,
    ours: 404,
    stock: 101,
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

describeWith(Bun.which("node"), "Node")("signalbox and RxDB's own server", () => {
  let ours: Awaited<ReturnType<typeof ServerProcess.start>>;
  let stock: StockServer;

  beforeAll(async () => {
    [ours, stock] = await Promise.all([ServerProcess.start(), StockServer.start()]);
  });

  afterAll(() => Promise.all([ours, stock].map((server) => server[Symbol.asyncDispose]())));

  describe.each(Object.entries(differences))("%s", (_what, { play, ours: here, stock: there }) => {
    test("at signalbox", async () => {
      expect(await play(ours.url)).toEqual(here);
    });
    test("at RxDB's own server, not so", async () => {
      expect(await play(stock.url)).toEqual(there);
    });
  });

  test("a frame null ends one socket here, and RxDB's own server altogether", async () => {
    const witness = await RxdbClient.open(ours.url);
    expect(await ending("null")(ours.url)).toEqual({ code: 1008, reason: "not a JSON object" });
    expect(await witness.heard()).toEqual([]);
    await using doomed = await StockServer.start();
    const other = await RxdbClient.open(doomed.url);
    (await RxdbClient.open(doomed.url)).send("null");
    expect([await doomed.exited, (await other.socket.closed).code]).toEqual([1, 1006]);
  });
});
