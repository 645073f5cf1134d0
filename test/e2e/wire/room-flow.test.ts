// Rooms as their participants see them: who comes, who goes and who is refused, in both spellings, and in one
// room of both.

import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  type Address,
  addresses,
  describeAddresses,
  errorIn,
  freshRoom,
  RoomClient,
  serverFrames,
  settle,
} from "../../support/room-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { secret } from "../../support/tokens.ts";
import { type AnyServer, describeNodes } from "../../support/two-nodes.ts";

describeNodes((start) => {
  let server: AnyServer;

  beforeAll(async () => {
    server = await start([], { JWT_SECRET: secret, WEBRTC_MAX_PARTICIPANTS_PER_ROOM: "3" });
  });

  afterAll(() => server[Symbol.asyncDispose]());

  const enter = (address: Address, room: string, user: string, query = "") =>
    RoomClient.open(server.url, address, room, user, { query });

  describeAddresses((here) => {
    test("a user joins and leaves, and the others are told", async () => {
      const room = freshRoom();
      const { state, joined, left } = serverFrames(here, room);
      const ann = await enter(here, room, "ann");
      expect(await ann.next()).toEqual(state("ann"));
      const bob = await enter(here, room, "bob");
      expect(await bob.next()).toEqual(state("ann", "bob"));
      expect([await ann.next(), await ann.next()]).toEqual([state("ann", "bob"), joined("bob")]);
      bob.socket.close(1000);
      expect([await ann.next(), await ann.next()]).toEqual([state("ann"), left("bob")]);
      expect(await ann.heard()).toEqual([]);
    });

    test("a user's second connection is no second participant", async () => {
      const room = freshRoom();
      const { state, left } = serverFrames(here, room);
      const ann = await enter(here, room, "ann");
      const tabs = [await enter(here, room, "bob"), await enter(here, room, "bob")];
      await Promise.all(tabs.map((tab) => tab.next()));
      await ann.heard();
      const third = await enter(here, room, "bob");
      expect(await third.next()).toEqual(state("ann", "bob"));
      for (const tab of [...tabs]) tab.socket.close(1000);
      for (const tab of [...tabs]) await tab.socket.gone;
      expect(await ann.heard()).toEqual([]);
      third.socket.close(1000);
      expect([await ann.next(), await ann.next()]).toEqual([state("ann"), left("bob")]);
    });

    test("a room that is full refuses a further user, and nobody else notices", async () => {
      const room = freshRoom();
      const clients = [];
      for (const user of ["ann", "bob", "cid"]) clients.push(await enter(here, room, user));
      await settle(...clients);
      const dan = await enter(here, room, "dan");
      expect(await dan.next()).toEqual(errorIn(room, "ROOM_FULL", "this room is full"));
      expect(await dan.socket.closed).toEqual({ code: 1008, reason: "Room full" });
      const tab = await enter(here, room, "ann");
      expect(await tab.next()).toEqual(serverFrames(here, room).state("ann", "bob", "cid"));
      for (const client of clients) expect(await client.heard()).toEqual([]);
    });

    test.each(["a.b", "a%20b", "", "a/b", "%C3%A9", "a".repeat(101), "a%2Db"])(
      "the room %j is refused, and never altered",
      async (room) => {
        const client = await enter(here, room, "ann");
        expect(await client.socket.closed).toEqual({ code: 1008, reason: "invalid room id" });
        expect(await client.socket.rest()).toEqual([]);
      },
    );

    test.each(["A-b_9", "a", "a".repeat(100), "-", "_"])("the room %.20j is one", async (room) => {
      const client = await enter(here, room, "ann");
      expect(await client.next()).toEqual(serverFrames(here, room).state("ann"));
      client.socket.close(1000);
      await client.socket.gone;
    });

    test("?spelling overrides the address's own; what is none is refused", async () => {
      const room = freshRoom();
      for (const other of addresses) {
        const client = await enter(here, room, "ann", `&spelling=${other.spelling}`);
        expect(await client.next()).toEqual(serverFrames(other, room).state("ann"));
      }
      const client = await enter(here, room, "bob", "&spelling=camel");
      expect(await client.socket.closed).toEqual({
        code: 1008,
        reason: "spelling must be underscore or hyphen",
      });
    });
  });

  test("in one room of both spellings each hears its own", async () => {
    const [under, hyphen] = addresses;
    const room = freshRoom();
    const ann = await enter(under, room, "ann");
    const bob = await enter(hyphen, room, "bob");
    await settle(ann, bob);
    ann.send({ type: "ice_candidate", payload: { candidate: "a_b-c" } });
    bob.send({ type: "ice-candidate", payload: { candidate: "d_e-f", target_user_id: "ann" } });
    const frame = { room_id: room, timestamp: "now" };
    expect(await bob.next()).toEqual({
      ...frame,
      type: "ice-candidate",
      payload: { candidate: "a_b-c" },
      sender_id: "ann",
    });
    expect(await ann.next()).toEqual({
      ...frame,
      type: "ice_candidate",
      payload: { candidate: "d_e-f", target_user_id: "ann" },
      sender_id: "bob",
    });
    const cid = await enter(hyphen, room, "cid");
    expect(await cid.next()).toEqual(serverFrames(hyphen, room).state("ann", "bob", "cid"));
    const all = ["ann", "bob", "cid"];
    for (const [client, address] of [
      [ann, under],
      [bob, hyphen],
    ] as const) {
      const { state, joined } = serverFrames(address, room);
      expect(await client.heard()).toEqual([state(...all), joined("cid")]);
    }
  });

  test("names and ids of any text arrive as they are", async () => {
    const room = freshRoom();
    const names = { sub: 'a"\\\u2028é😀', username: "</script>\u0000" };
    const ann = await RoomClient.open(server.url, addresses[1], room, names.sub, { claims: names });
    const participant = { user_id: names.sub, username: names.username, joined_at: "now" };
    expect(await ann.next()).toMatchObject({ payload: { participants: [participant] } });
    const bob = await enter(addresses[0], room, "bob");
    await settle(ann, bob);
    ann.send({ type: "offer", payload: {} });
    bob.send({ type: "answer", payload: { target_user_id: names.sub } });
    expect(await ann.next()).toMatchObject({ type: "answer", sender_id: "bob" });
    expect(await bob.next()).toMatchObject({ type: "offer", sender_id: names.sub });
  });
});

test("a setting says how types are spelled at both addresses", async () => {
  const env = { JWT_SECRET: secret, WEBRTC_SPELLING: "hyphen" };
  await using other = await ServerProcess.start([], env);
  for (const address of addresses) {
    const ann = await RoomClient.open(other.url, address, freshRoom(), "ann");
    expect(await ann.next()).toMatchObject({ type: "room-state" });
  }
});
