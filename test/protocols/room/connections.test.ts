// How many connections of one user a room has, whatever comes and goes on several nodes at the same moment.

import { expect, setSystemTime, test } from "bun:test";
import fc from "fast-check";
import { maxConnectionsPerUser } from "../../../src/protocols/room/options.ts";
import { RoomNodes } from "./room-nodes.ts";

const max = 3;
const nodeCount = 3;

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ opens: fc.nat(nodeCount - 1), user: fc.nat(1) }) },
  fc.record({ leaves: fc.nat(20) }),
  fc.record({ arrive: fc.nat(12) }),
);

test("whatever comes and goes at the same moment, each user ends with no more than it may have", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const nodes = new RoomNodes(nodeCount, { [maxConnectionsPerUser.name]: max });
      const clients: { readonly user: string; client: Awaited<ReturnType<typeof nodes.open>> }[] =
        [];
      for (const each of steps)
        if ("opens" in each) {
          const user = `user-${each.user}`;
          clients.push({ user, client: await nodes.open(each.opens, user) });
        } else if ("leaves" in each) clients[each.leaves]?.client.socket.hangUp();
        else await nodes.pass(each.arrive);
      await nodes.answered(
        clients.flatMap(({ client }) => (client.socket.end === undefined ? [client] : [])),
      );
      await nodes.settle();
      for (const user of ["user-0", "user-1"]) {
        const own = clients.filter((one) => one.user === user).map(({ client }) => client.socket);
        const replaced = own.filter(({ end }) => end?.code === 4003);
        const open = own.filter(({ end }) => end === undefined);
        expect(open.length).toBeLessThanOrEqual(max);
        // Where nobody has left by itself, nobody is closed while there is room.
        if (open.length + replaced.length === own.length)
          expect(open.length).toBe(Math.min(max, own.length));
        for (const { end } of replaced) expect(end?.reason).toBe("replaced by a newer connection");
      }
      const [first, ...others] = await nodes.lists();
      for (const other of others) expect(other).toEqual(first);
    }),
    { numRuns: 40 },
  );
}, 60_000);

test("the newest is the one that came last, though the clock of its node is an hour behind", async () => {
  const nodes = new RoomNodes(2, { [maxConnectionsPerUser.name]: max });
  const ahead = [
    await nodes.enter(0, "ann"),
    await nodes.enter(0, "ann"),
    await nodes.enter(0, "ann"),
  ];
  try {
    setSystemTime(Date.now() - 3_600_000);
    const behind = [await nodes.enter(1, "ann"), await nodes.enter(1, "ann")];
    const ends = [...ahead, ...behind].map(({ socket }) => socket.end?.code);
    expect(ends).toEqual([4003, 4003, undefined, undefined, undefined]);
  } finally {
    setSystemTime();
  }
});
