// Tokens of those who are in a room: when they are over, and fresh ones on an open socket.

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
import { encoded, now, secret, sign } from "../../support/tokens.ts";
import { describeNodes, type OurServer, testNodes } from "../../support/two-nodes.ts";
import { canary } from "./attacker.ts";

describeNodes((start) => {
  let server: OurServer;

  beforeAll(async () => {
    server = await start([], { JWT_SECRET: secret });
  });

  afterAll(() => server[Symbol.asyncDispose]());

  describeAddresses((here) => {
    test("a renewal that is refused is answered, and changes nothing", async () => {
      const room = freshRoom();
      const ann = await RoomClient.open(server.url, here, room, "ann");
      const bob = await RoomClient.open(server.url, here, room, "bob");
      await settle(ann, bob);
      const renewals: readonly (readonly [string, string])[] = [
        [await sign({ sub: "ann", exp: now() - 61 }), "token expired"],
        [await sign({ sub: "bob", name: canary }), "this token is another user's"],
        [await sign({ sub: "ann", rooms: [canary] }), "room not allowed"],
        [await sign({ sub: "ann" }, { key: encoded(canary.repeat(4)) }), "token invalid"],
        [canary.repeat(1000), "token invalid"],
        ["", "token invalid"],
      ];
      for (const [token, message] of renewals) {
        ann.send({ type: "token", payload: { token } });
        expect(await ann.heard()).toEqual([errorIn(room, "INVALID_MESSAGE", message)]);
      }
      expect(await bob.heard()).toEqual([]);
      for (const word of [canary, "eyJ"]) expect(JSON.stringify(server.log)).not.toContain(word);
    });

    test("what is said behind a renewal comes after it, and is relayed", async () => {
      const room = freshRoom();
      const ann = await RoomClient.open(server.url, here, room, "ann");
      const bob = await RoomClient.open(server.url, here, room, "bob");
      await settle(ann, bob);
      const token = await sign({ sub: "ann" });
      const say = (n: number) => ann.send({ type: "reaction", payload: { n } });
      say(1);
      ann.send({ type: "token", payload: { token } });
      for (const n of [2, 3]) say(n);
      expect(await ann.heard()).toEqual([]);
      expect(await bob.heard()).toEqual(
        [1, 2, 3].map((n) => expect.objectContaining({ type: "reaction", payload: { n } })),
      );
    });
  });
});

async function expiry(url: URL, here: Address): Promise<void> {
  const room = freshRoom();
  const enter = (user: string, exp: number) =>
    RoomClient.open(url, here, room, user, { claims: { exp } });
  const { state, left } = serverFrames(here, room);
  // Within the leeway of 60 s, so that it is not waited for.
  const ann = await enter("ann", now() - 57);
  await settle(ann);
  ann.send({ type: "token", payload: { token: await sign({ sub: "ann" }) } });
  // Later by more than a round of the sweep: without a renewal ann would be closed before.
  const bob = await enter("bob", now() - 54);
  await settle(ann, bob);
  expect(await bob.socket.closed).toEqual({ code: 4001, reason: "token expired" });
  expect([await ann.next(), await ann.next()]).toEqual([state("ann"), left("bob")]);
  expect(await ann.heard()).toEqual([]);
}

testNodes(
  "a token that expires ends its connection, and is announced; a renewed one stays",
  async (start) => {
    await using server = await start([], { JWT_SECRET: secret });
    await Promise.all(addresses.map((address) => expiry(server.url, address)));
  },
  30_000,
);
