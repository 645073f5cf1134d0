// What a client of RxDB may do, and who is let in: bounds and tokens, on one node and on two.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { freshRoom, joined, RxdbClient } from "../../support/rxdb-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { secret, sign } from "../../support/tokens.ts";
import { type AnyServer, describeNodes } from "../../support/two-nodes.ts";

describeNodes((start) => {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start([], {
      RXDB_LIST_MS: "0",
      RXDB_MAX_ROOMS: "2",
      RXDB_MAX_ROOM_MEMBERS: "2",
      JWT_SECRET: secret,
      AUTH: "required",
      AUTH_PROTOCOLS: "rxdb",
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const open = async (rooms: readonly string[], claims: object = {}) => {
    const token = await sign({ sub: "ann", ...claims });
    return await RxdbClient.open(server.url, rooms, `/rxdb?token=${token}`);
  };

  test("a room that is full takes nobody more, until somebody leaves", async () => {
    const room = freshRoom();
    const [ann, bob] = [await open([room]), await open([room])];
    const cid = await open([]);
    cid.send({ type: "join", room });
    expect(await cid.socket.closed).toEqual({ code: 1013, reason: "topic full" });
    bob.socket.close(1000);
    await bob.socket.gone;
    await ann.heard();
    const dan = await open([room]);
    expect(await dan.heard()).toEqual([joined(ann, dan)]);
  });

  test("a connection that joins too many rooms is closed, and leaves all of them", async () => {
    const rooms = [freshRoom(), freshRoom()];
    const ann = await open(rooms.slice(0, 1));
    const bob = await open(rooms);
    bob.send({ type: "join", room: freshRoom() });
    const why = { code: 1008, reason: "more than 2 rooms on one connection" };
    expect(await bob.socket.closed).toEqual(why);
    expect(await ann.next()).toBe(joined(ann));
    expect(await ann.next()).toBe(joined(ann, bob));
    expect(await ann.next()).toBe(joined(ann));
  });

  test("a token by header or query lets its holder into the rooms that it names", async () => {
    const room = freshRoom();
    const Authorization = `Bearer ${await sign({ sub: "ann", rooms: [room] })}`;
    const ann = await RxdbClient.open(server.url, [room], "/rxdb", { headers: { Authorization } });
    const bob = await open([room], { rooms: [`${room}*`] });
    await bob.heard();
    const signal = ann.signal(bob, room, 1);
    await ann.say(signal);
    expect(await bob.heard()).toEqual([signal]);
    bob.send({ type: "join", room: freshRoom() });
    expect(await bob.socket.closed).toEqual({ code: 1008, reason: "room not allowed" });
  });

  test("nobody is told an id without a token", async () => {
    const opened = RxdbClient.open(server.url);
    await expect(opened).rejects.toThrow("closed: 1008 token missing");
  });
});

test("a client that shows no sign of life is off the lists", async () => {
  await using server = await ServerProcess.start(["--ping-seconds", "1"], {
    RXDB_SILENT_SECONDS: "3",
    RXDB_LIST_MS: "0",
  });
  const room = freshRoom();
  const ann = await RxdbClient.open(server.url, [room]);
  const silent = await RxdbClient.open(server.url, [room], "/rxdb", { answersPings: false });
  expect(await silent.socket.closed).toEqual({ code: 1001, reason: "no sign of life" });
  expect((await ann.heard()).at(-1)).toBe(joined(ann));
}, 30_000);
