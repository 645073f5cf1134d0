// What RxDB's clients rely on, held against RxDB's own server and against this one: the same suite. Where the
// two differ is in rxdb-differences.test.ts.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isThere } from "../../support/missing.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { freshRoom, joined, RxdbClient, StockServer } from "../../support/rxdb-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { type AnyServer, TwoNodes } from "../../support/two-nodes.ts";

/** As RxDB's own server has it: a list at each change. */
const environment = { RXDB_LIST_MS: "0" };

type Server = readonly [string, () => Promise<AnyServer>];
const one: Server = ["signalbox", () => ServerProcess.start([], environment)];
const two: Server = ["signalbox, two nodes", () => TwoNodes.start([], environment)];
const stock: Server = ["RxDB's own server", () => StockServer.start()];

describe.each([
  one,
  ...(isThere(redisProgram, "Redis") ? [two] : []),
  ...(isThere(Bun.which("node"), "Node") ? [stock] : []),
])("at %s", (_name, start) => {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const open = (...rooms: readonly string[]) => RxdbClient.open(server.url, rooms);

  test("each client is told an id of 12 letters that nobody else has", async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, async () => (await open()).id));
    expect(new Set(ids).size).toBe(50);
  });

  test("all members are sent the whole list, oneself included, after each join and each leave", async () => {
    const room = freshRoom();
    const ann = await open(room);
    const bob = await open(room);
    const cid = await open(room);
    bob.socket.close(1000);
    await bob.socket.gone;
    expect([await ann.heard(), await cid.heard()]).toEqual([
      [joined(ann), joined(ann, bob), joined(ann, bob, cid), joined(ann, cid)],
      [joined(ann, bob, cid), joined(ann, cid)],
    ]);
  });

  test("a room that everybody has left is a new one", async () => {
    const room = freshRoom();
    const ann = await open(room);
    ann.socket.close(1000);
    await ann.socket.gone;
    const bob = await open(room);
    expect(await bob.heard()).toEqual([joined(bob)]);
  });

  test("a client whose connection is reset is off the list", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open(room), await open(room)];
    await ann.heard();
    bob.socket.destroy();
    expect(await ann.next()).toBe(joined(ann));
  });

  test("a signal reaches its receiver as it is, and nobody else", async () => {
    const room = freshRoom();
    const [ann, bob, cid] = [await open(room), await open(room), await open(room)];
    for (const client of [ann, bob, cid]) await client.heard();
    const signals = [
      ann.signal(bob, room, { type: "offer", sdp: "v=0\r\no=é🐙" }, { connectionId: "x1" }),
      ann.signal(bob, room, { type: "answer", sdp: "v=0" }),
      ann.signal(bob, room, { type: "candidate", candidate: { candidate: "", sdpMLineIndex: 0 } }),
      ann.signal(bob, room, { type: "renegotiate", renegotiate: true }, { extra: [1, null] }),
      ann.signal(bob, room, { type: "transceiverRequest", transceiverRequest: { kind: "audio" } }),
    ];
    expect([await ann.say(...signals), await bob.heard(), await cid.heard()]).toEqual([
      [],
      signals,
      [],
    ]);
  });

  test("a signal to oneself comes back", async () => {
    const room = freshRoom();
    const ann = await open(room);
    await ann.heard();
    const signal = ann.signal(ann, room, 1);
    expect(await ann.say(signal)).toEqual([signal]);
  });

  test("a signal to nobody, or to no id at all, is ignored", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open(room), await open(room)];
    bob.socket.close(1000);
    await bob.socket.gone;
    await ann.heard();
    const signal = (more: object) => ({ type: "signal", senderPeerId: ann.id, room, ...more });
    const heard = await ann.say(
      ann.signal(bob, room, 1),
      ann.signal({ id: "nobodynobody" }, room, 1),
      ann.signal({ id: "__proto__" }, room, 1),
      signal({}),
      signal({ receiverPeerId: null }),
      signal({ receiverPeerId: 5 }),
      signal({ receiverPeerId: [bob.id] }),
      ann.signal(ann, room, "last"),
    );
    expect(heard).toEqual([ann.signal(ann, room, "last")]);
  });

  test("signals of one sender come in the order in which they were sent", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open(room), await open(room)];
    await bob.heard();
    const signals = Array.from({ length: 200 }, (_, n) => ann.signal(bob, room, { n }));
    await ann.say(...signals);
    expect(await bob.heard()).toEqual(signals);
  });

  test("joining again and pinging change nothing", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open(room), await open(room)];
    for (const client of [ann, bob]) await client.heard();
    const heard = await bob.say({ type: "join", room }, { type: "ping" }, { type: "ping", n: 1 });
    expect([heard, await ann.heard()]).toEqual([[], []]);
  });

  test("a client may be in several rooms, and hears of each", async () => {
    const [room, other] = [freshRoom(), freshRoom()];
    const ann = await open(room);
    const bob = await open(other);
    const cid = await open(room, other);
    const signal = cid.signal(bob, other, 1);
    cid.send(signal);
    await cid.heard();
    expect([await ann.heard(), await bob.heard()]).toEqual([
      [joined(ann), joined(ann, cid)],
      [joined(bob), joined(bob, cid), signal],
    ]);
  });

  test("a binary frame is read like text", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open(room), await open(room)];
    await bob.heard();
    ann.socket.sendBinary(ann.signal(bob, room, "é🚦"));
    await ann.heard();
    expect(await bob.heard()).toEqual([ann.signal(bob, room, "é🚦")]);
  });

  test("a room of forty is told of one more, each once", async () => {
    const room = freshRoom();
    const crowd = await Promise.all(Array.from({ length: 40 }, () => open(room)));
    for (const client of crowd) await client.heard();
    const late = await open(room);
    const lists = await Promise.all([...crowd, late].map((client) => client.lists()));
    const ids = [...crowd, late].map(({ id }) => id).toSorted();
    expect(lists.map((each) => each.map((list) => list.toSorted()))).toEqual(
      lists.map(() => [ids]),
    );
  });

  test.each([
    "room-6",
    "x".repeat(99),
    "é".repeat(99),
    "房".repeat(99),
    "🐙".repeat(49),
    "__proto__",
  ])("a room may be %j", async (name) => {
    const [ann, bob] = [await open(name), await open(name)];
    expect(await ann.heard()).toEqual([joined(ann), joined(ann, bob)]);
    for (const { socket } of [ann, bob]) {
      socket.close(1000);
      await socket.gone;
    }
  });

  const join = (room: unknown) => JSON.stringify({ type: "join", room });
  test.each([
    "",
    "?",
    "{",
    '{"type":"ping"',
    "1",
    '"ping"',
    "true",
    "[]",
    '[{"type":"ping"}]',
    "{}",
    '{"type":null}',
    '{"type":"init"}',
    '{"type":"joined","otherPeerIds":[]}',
    '{"type":["ping"]}',
    '{"type":"PING"}',
    '{"type":"join"}',
    join(null),
    join(123456),
    join(["room-of-six"]),
    join({ length: 10 }),
    join(""),
    join("x".repeat(5)),
    join("x".repeat(100)),
    '{"type":"signal"}',
    '{"type":"signal","senderPeerId":null,"receiverPeerId":"x"}',
    '{"type":"signal","senderPeerId":"aaaaaaaaaaaa","receiverPeerId":"x","data":1}',
  ])("%s closes its socket, and the others are told", async (text) => {
    const room = freshRoom();
    const [ann, bob] = [await open(room), await open(room)];
    await ann.heard();
    bob.send(text);
    await bob.socket.gone;
    expect(await ann.next()).toBe(joined(ann));
  });
});
