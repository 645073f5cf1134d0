// How nodes find those that have the same topic open: what each tick does of it, and who is asked.

import { describe, expect, test } from "bun:test";
import { topicName } from "../../src/core/ids.ts";
import { read } from "./batches.ts";
import { type Station, World } from "./world.ts";

const kinds = [
  ["one Redis", false],
  ["Redis Cluster", true],
] as const;

/** Two nodes, and what they ask and publish from now on. */
async function open(isSharded: boolean) {
  const world = new World(isSharded, 2);
  await world.moveAll();
  const [near, far] = world.stations as [Station, Station];
  const hellos: string[] = [];
  const publish = world.redis.publish.bind(world.redis);
  world.redis.publish = (channel, text) => {
    if (JSON.stringify(read(text)?.b).includes('"hello"')) hellos.push(channel);
    return publish(channel, text);
  };
  const questions: number[] = [];
  const subscribers = near.carrier.subscribers.bind(near.carrier);
  near.carrier.subscribers = (channels) => {
    questions.push(channels.length);
    return subscribers(channels);
  };
  return { world, near, far, hellos, questions };
}

const namesOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `t${index}`);

const membersOf = ({ hub }: Station, topic: string): readonly string[] =>
  [...(hub.topic(topic)?.members.keys() ?? [])].toSorted();

describe.each(kinds)("with %s", (_kind, isSharded) => {
  test("nobody says hello where nobody else is, and whoever comes later does", async () => {
    const { world, near, far, hellos } = await open(isSharded);
    world.join(near, "t");
    await world.moveAll();
    const before = hellos.splice(0);
    world.join(far, "t");
    await world.moveAll();
    expect([before, hellos, membersOf(near, "t")]).toEqual([[], ["test:{hub/t}"], ["m0", "m1"]]);
    world.check();
  });

  test("two that open a topic at once find each other", async () => {
    for (let order = 0; order < 16; order++) {
      const { world, near, far } = await open(isSharded);
      world.join(near, "t");
      world.join(far, "t");
      await world.settle();
      for (let step = 0; step < 4; step++) await world.move(order >> step);
      await world.moveAll();
      expect([membersOf(near, "t"), membersOf(far, "t")]).toEqual([
        ["m0", "m1"],
        ["m0", "m1"],
      ]);
    }
  });

  test("all say hello where Redis does not say who is there, and ask again on a new connection", async () => {
    const { world, near, far, hellos, questions } = await open(isSharded);
    world.redis.isCounting = false;
    for (const topic of ["a", "b"]) {
      world.join(near, topic);
      await world.moveAll();
    }
    expect([hellos.splice(0), questions.splice(0)]).toEqual([
      ["test:{hub/a}", "test:{hub/b}"],
      [1],
    ]);
    world.redis.isCounting = true;
    near.carrier.cut();
    near.carrier.connect();
    await world.moveAll();
    await world.advance(100);
    await world.moveAll();
    expect([hellos, questions]).toEqual([[], [2]]);
    world.join(far, "a");
    await world.moveAll();
    world.check();
  });
});

/** All that is under way on some of a node's connections goes on, in their order. */
async function pass(
  { world }: { readonly world: World },
  { carrier }: Station,
  ...kinds: string[]
) {
  for (const kind of kinds) {
    for (const run of carrier.lanes.get(`${kind} `)?.splice(0) ?? []) run();
    await world.settlePromises();
  }
}

test("128 topics are in one question, and the others wait until it is answered", async () => {
  const opened = await open(false);
  const { world, near, questions } = opened;
  for (const name of namesOf(129)) near.hub.warm(name);
  await pass(opened, near, "asked", "heard");
  for (let ticks = 0; ticks < 3; ticks++) await world.tick();
  expect(questions).toEqual([128]);
  await world.moveAll();
  expect(questions).toEqual([128, 1]);
  const known = namesOf(129).map((name) => near.hub.warm(name));
  expect(known.every((each) => each === undefined)).toBe(true);
});

test("32 topics say hello in a tick, and frames pass before the next", async () => {
  const opened = await open(false);
  const { world, near, far, hellos } = opened;
  const names = namesOf(33);
  for (const name of names) far.hub.warm(name);
  await world.moveAll();
  for (const name of names) near.hub.warm(name);
  await pass(opened, near, "asked", "heard");
  await world.tick();
  await pass(opened, near, "said", "said answers");
  const said: number[] = [];
  for (let ticks = 0; ticks < 4; ticks++) {
    await world.tick();
    said.push(near.carrier.lanes.get("said ")?.length ?? 0);
  }
  expect(said).toEqual([0, 32, 33, 33]);
  await world.moveAll();
  expect(hellos.toSorted()).toEqual(names.map((name) => `test:{hub/${name}}`).toSorted());
});

test("a node with more than 512 topics on their way opens the others one at a time", async () => {
  const { world, near } = await open(false);
  const lateAfter = (count: number): boolean => {
    for (const name of namesOf(count)) near.hub.warm(name);
    return near.cluster.isLate;
  };
  expect([lateAfter(512), lateAfter(513)]).toEqual([false, true]);
  await world.moveAll();
  expect(near.cluster.isLate).toBe(false);
});

test("a topic that is closed before its turn is forgotten", async () => {
  const { world, near, questions, hellos } = await open(false);
  world.join(near, "t");
  world.leave(world.residents[0]!);
  await world.moveAll();
  expect([near.hub.topic(topicName("t")!), questions, hellos]).toEqual([undefined, [], []]);
});
