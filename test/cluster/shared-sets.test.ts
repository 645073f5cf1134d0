// Sets of texts that all nodes share: what one node adds all know, also those that were not there, or cut off.

import { describe, expect, test } from "bun:test";
import type { SharedSet } from "../../src/core/shared-set.ts";
import { type Station, World } from "./world.ts";

const kinds = [
  ["one Redis", false],
  ["Redis Cluster", true],
] as const;

/** So much time passes, in which everything that is under way arrives. */
async function pass(world: World, ms: number) {
  await world.moveAll();
  for (let left = ms; left > 0; left -= 100) {
    await world.advance(100);
    await world.moveAll();
  }
}

const later = () => Date.now() + 3_600_000;

async function open(count: number, isSharded = false) {
  const world = new World(isSharded, count);
  await pass(world, 300);
  const sets = world.stations.map(({ cluster }) => cluster.shared("set", () => undefined));
  await pass(world, 300);
  return { world, sets, stations: world.stations as [Station, Station, ...Station[]] };
}

const have = (sets: readonly SharedSet[], text: string) =>
  sets.map((set) => set.until(text) !== undefined);

describe.each(kinds)("with %s", (_kind, isSharded) => {
  test("what a node adds holds there at once, and on the others when it arrives", async () => {
    const { world, sets } = await open(3, isSharded);
    const adding = sets[0]!.add("a", later());
    expect(have(sets, "a")).toEqual([true, false, false]);
    await pass(world, 100);
    expect([have(sets, "a"), await adding]).toEqual([[true, true, true], "kept"]);
  });

  test("a node that comes later reads it, whoever is still there, page by page", async () => {
    const { world, sets, stations } = await open(1, isSharded);
    for (const text of ["a", "b", "c"]) void sets[0]!.add(text, later());
    await pass(world, 100);
    world.crash(stations[0]);
    const { cluster } = world.addNode();
    const set = cluster.shared("set", () => undefined);
    let isKnown = false;
    void set.known?.then(() => {
      isKnown = true;
    });
    expect([set.until("a"), isKnown]).toEqual([undefined, false]);
    await pass(world, 300);
    expect([have([set], "a"), have([set], "c"), isKnown, set.known]).toEqual([
      [true],
      [true],
      true,
      undefined,
    ]);
  });

  test("what is added while Redis is away is told and kept once it is back", async () => {
    const { world, sets, stations } = await open(2, isSharded);
    stations[0].carrier.cut();
    const adding = sets[0]!.add("a", later());
    await pass(world, 200);
    expect([have(sets, "a"), await adding]).toEqual([[true, false], "unkept"]);
    stations[0].carrier.connect();
    await pass(world, 500);
    expect(have(sets, "a")).toEqual([true, true]);
    expect([...world.redis.setAt("test:set").keys()]).toEqual(["a"]);
  });

  test("a node that has missed the news reads it after its new connection", async () => {
    const { world, sets, stations } = await open(2, isSharded);
    stations[1].carrier.loseMessages();
    void sets[0]!.add("a", later());
    await pass(world, 200);
    expect(have(sets, "a")).toEqual([true, false]);
    stations[1].carrier.cut();
    stations[1].carrier.connect();
    await pass(world, 500);
    expect(have(sets, "a")).toEqual([true, true]);
  });

  test("what Redis has lost it is given again", async () => {
    const { world, sets, stations } = await open(2, isSharded);
    void sets[0]!.add("a", later());
    await pass(world, 200);
    world.redis.restart();
    expect(world.redis.setAt("test:set").size).toBe(0);
    for (const { carrier } of stations) carrier.connect();
    await pass(world, 6000);
    expect(world.redis.setAt("test:set").size).toBe(1);
  });
});

test("nobody waits for a Redis that is not there", async () => {
  const { world, stations } = await open(1);
  stations[0].carrier.cut();
  const set = stations[0].cluster.shared("other", () => undefined);
  let isKnown = false;
  void set.known?.then(() => {
    isKnown = true;
  });
  await pass(world, 1600);
  expect([isKnown, set.known]).toEqual([true, undefined]);
});

test("what another node tells of a set is not believed if it cannot be", async () => {
  const { world, sets, stations } = await open(2);
  for (const told of [
    null,
    "a",
    [null],
    [["a"]],
    [["a", "soon"]],
    [["a", 1e300]],
    [["a", Date.now() - 1]],
    [[5, later()]],
    [["x".repeat(301), later()]],
  ])
    stations[0].cluster.tell("all", "set set", told);
  await pass(world, 200);
  expect(sets.map(({ size }) => size)).toEqual([0, 0]);
});
