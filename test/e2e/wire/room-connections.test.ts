// How many connections one user may have in a room: beyond the bound, a newer one takes the place of the oldest.

import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  describeAddresses,
  freshRoom,
  RoomClient,
  serverFrames,
  settle,
} from "../../support/room-client.ts";
import { secret } from "../../support/tokens.ts";
import { type AnyServer, describeNodes, type Start } from "../../support/two-nodes.ts";

const replaced = { code: 4003, reason: "replaced by a newer connection" };

const several = async (count: number, open: () => Promise<RoomClient>) => {
  const clients: RoomClient[] = [];
  while (clients.length < count) clients.push(await open());
  return clients;
};

describeNodes((start: Start) => {
  let server: AnyServer;
  let strict: AnyServer;

  beforeAll(async () => {
    server = await start([], { JWT_SECRET: secret });
    strict = await start([], { JWT_SECRET: secret, WEBRTC_MAX_CONNECTIONS_PER_USER: "1" });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await strict[Symbol.asyncDispose]();
  });

  describeAddresses((here) => {
    const enter = (room: string, user: string, at = server) =>
      RoomClient.open(at.url, here, room, user);

    test("a user has eight, and with each further one the oldest is closed; nobody else notices", async () => {
      const room = freshRoom();
      const bob = await enter(room, "bob");
      const ann = await several(8, () => enter(room, "ann"));
      // Who is closed hears nothing, and this fails.
      await settle(bob, ...ann);
      for (const oldest of ann.slice(0, 3)) {
        ann.push(await enter(room, "ann"));
        expect(await oldest.socket.closed).toEqual(replaced);
      }
      expect(await bob.heard()).toEqual([]);
      const left = ann.slice(3);
      await settle(...left);
      bob.send({ type: "offer", payload: { target_user_id: "ann" } });
      await bob.heard();
      for (const client of left) expect((await client.heard()).length).toBe(1);
    });

    test("those of another user, or in another room, are not counted", async () => {
      const [room, other] = [freshRoom(), freshRoom()];
      const clients = [
        ...(await several(8, () => enter(room, "ann"))),
        ...(await several(8, () => enter(room, "bob"))),
        ...(await several(8, () => enter(other, "ann"))),
      ];
      await settle(...clients);
      expect(clients.length).toBe(24);
    });

    test("one that has gone makes room", async () => {
      const room = freshRoom();
      const ann = await several(8, () => enter(room, "ann"));
      await ann[5]!.leave();
      const rest = ann.toSpliced(5, 1, await enter(room, "ann"));
      await settle(...rest);
      expect(rest.length).toBe(8);
    });

    test("where there is one a user, a new one takes over, and is the only one that reads frames", async () => {
      const room = freshRoom();
      const bob = await enter(room, "bob", strict);
      const said = serverFrames(here, room);
      for (const previous of await several(3, () => enter(room, "ann", strict)).then((all) =>
        all.slice(0, 2),
      ))
        expect(await previous.socket.closed).toEqual(replaced);
      expect(await bob.heard()).toEqual([
        said.state("bob"),
        said.state("bob", "ann"),
        said.joined("ann"),
      ]);
    });
  });
});
