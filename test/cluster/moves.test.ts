// Members that go on at another node: what is left of them on the node that had them.

import { describe, expect, test } from "bun:test";
import { leaseMs } from "./fake-context.ts";
import { type Station, World } from "./world.ts";

/** Two nodes that know each other. The first has two members, of which the second one goes on at the other node. */
async function open() {
  const world = new World(false, 2);
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      await world.moveAll();
      await world.advance(100);
    }
    await world.moveAll();
  };
  await pass(200);
  const [near, far] = world.stations as [Station, Station];
  for (let members = 2; members > 0; members--) world.join(near, "room");
  await pass(100);
  const moving = world.residents[1]!;
  /** The first node has heard, by an order, that the other one has the member. */
  const moves = () => {
    near.hub.leave(moving.member, far.cluster.node);
    world.residents.splice(world.residents.indexOf(moving), 1);
  };
  const known = () => [...(near.hub.topic("room")?.members.keys() ?? [])];
  return { world, pass, far, moves, known };
}

describe("a member that has moved to another node", () => {
  test("and has left there before that was known is gone once that node has answered", async () => {
    const { world, pass, far, moves, known } = await open();
    world.join(far, "room");
    await pass(100);
    moves();
    const before = known();
    await pass(leaseMs);
    expect([before, known()]).toEqual([
      ["m0", "m2", "m1"],
      ["m0", "m2"],
    ]);
    world.check();
  });

  test("is gone if that node has closed the topic by then", async () => {
    const { world, pass, moves, known } = await open();
    moves();
    const before = known();
    await pass(leaseMs);
    expect([before, known()]).toEqual([["m0", "m1"], ["m0"]]);
    world.check();
  });

  test.each([true, false])(
    "is gone when that node is, whether that is known by then: %j",
    async (isKnown) => {
      const { world, pass, far, moves, known } = await open();
      world.crash(far);
      if (isKnown) await pass(leaseMs * 1.5);
      moves();
      await pass(isKnown ? 100 : leaseMs * 1.5);
      expect(known()).toEqual(["m0"]);
      world.check();
    },
  );
});
