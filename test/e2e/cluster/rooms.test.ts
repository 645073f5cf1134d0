// Rooms on several nodes over a real Redis, beyond what the suites of rooms show: the lists by REST of nodes
// where nobody is, and the last place when many take it at once.

import { expect, test } from "bun:test";
import { ClusterOfNodes } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { request } from "../../support/raw-http.ts";
import { redisProgram } from "../../support/redis-server.ts";
import {
  addresses,
  freshRoom,
  listOf,
  RoomClient,
  serverFrames,
  timeless,
} from "../../support/room-client.ts";
import { settled } from "../../support/settled.ts";
import { secret, sign } from "../../support/tokens.ts";
import { TwoNodes } from "../../support/two-nodes.ts";

const [here] = addresses;

describeWith(redisProgram, "Redis")("rooms on several nodes", () => {
  test("are listed alike by all, also where nobody of a room is", async () => {
    await using cluster = await ClusterOfNodes.start(3, { JWT_SECRET: secret });
    const room = freshRoom();
    const headers = { Authorization: `Bearer ${await sign()}` };
    const lists = (name: string) =>
      Promise.all(
        cluster.nodes.map(async ({ url }) => {
          const path = `/webrtc/rooms/${name}/participants`;
          return timeless((await request(url, "GET", path, headers)).body);
        }),
      );
    const everywhere = (name: string, ...users: readonly string[]) =>
      cluster.nodes.map(() => listOf(name, users));
    const ann = await RoomClient.open(cluster.url(0), here, room, "ann");
    const bob = await RoomClient.open(cluster.url(1), here, room, "bob");
    const { state, joined } = serverFrames(here, room);
    expect(await bob.next()).toEqual(state("ann", "bob"));
    for (const frame of [state("ann"), state("ann", "bob"), joined("bob")])
      expect(await ann.next()).toEqual(frame);
    // On the third node nobody has asked before.
    expect(await lists(room)).toEqual(everywhere(room, "ann", "bob"));
    const nowhere = freshRoom();
    expect(await lists(nowhere)).toEqual(everywhere(nowhere));
  });

  test("give their last place to one of those who come at once, and all agree to whom", async () => {
    const limit = 3;
    await using server = await TwoNodes.start([], {
      JWT_SECRET: secret,
      WEBRTC_MAX_PARTICIPANTS_PER_ROOM: `${limit}`,
    });
    const { redis, nodes } = server.cluster;
    for (let round = 0; round < 50; round++) {
      const room = freshRoom();
      const enter = (user: string, index: number) =>
        RoomClient.open(nodes[index % 2]!.url, here, room, user);
      const clients = [await enter("ann", 0), await enter("bob", 1)];
      await settled(server.url);
      // Each node gives the place away before it hears of the other.
      redis.signal("SIGSTOP");
      clients.push(...(await Promise.all(["cid", "dan", "eve", "fay"].map(enter))));
      redis.signal("SIGCONT");
      await settled(server.url);
      const fates = await Promise.all(clients.map(fateOf));
      const inside = fates.filter(({ end }) => end === undefined);
      const users = inside.map(({ user }) => user);
      expect(users.slice(0, -1)).toEqual(["ann", "bob"]);
      expect(users.length).toBe(limit);
      for (const { last, longest } of inside) {
        expect(last.toSorted()).toEqual(users);
        expect(longest).toBeLessThanOrEqual(limit);
      }
      const ends = fates.flatMap(({ end, error }) => (end === undefined ? [] : [{ end, error }]));
      const refused = { end: { code: 1008, reason: "Room full" }, error: "ROOM_FULL" };
      expect(ends).toEqual([refused, refused, refused]);
      for (const client of clients) client.socket.close(1000);
    }
  }, 30_000);
});

interface Frame {
  readonly payload: {
    readonly code?: string;
    readonly participants?: readonly { readonly user_id: string }[];
  };
}

/** What became of somebody once all is said, and what the lists were that it was shown. */
async function fateOf(client: RoomClient) {
  const frames = (await client.heardOrClosed()) as readonly Frame[];
  const lists = frames.flatMap(({ payload: { participants } }) =>
    participants === undefined ? [] : [participants.map(({ user_id }) => user_id)],
  );
  return {
    user: client.user,
    end: await Promise.race([client.socket.closed, undefined]),
    error: frames.at(-1)?.payload.code,
    last: lists.at(-1) ?? [],
    longest: Math.max(0, ...lists.map((list) => list.length)),
  };
}
