import { expect, test } from "bun:test";
import { Tick } from "../../src/core/tick.ts";
import { FakeTicks } from "../support/fake-node.ts";

function open() {
  const ticks = new FakeTicks();
  return { ticks, tick: new Tick(ticks.schedule) };
}

test("everything added in one tick is flushed at its end, in order, on one schedule", () => {
  const { tick, ticks } = open();
  const flushed: string[] = [];
  for (const name of ["a", "b", "c"]) tick.add({ flush: () => flushed.push(name) });
  expect([flushed, ticks.size]).toEqual([[], 1]);
  ticks.end();
  expect([flushed, ticks.size]).toEqual([["a", "b", "c"], 0]);
});

test("an early flush leaves nothing to the end of the tick", () => {
  const { tick, ticks } = open();
  const flushed: string[] = [];
  tick.add({ flush: () => flushed.push("early") });
  tick.flush();
  tick.add({ flush: () => flushed.push("late") });
  expect([flushed, ticks.size]).toEqual([["early"], 1]);
  ticks.end();
  expect(flushed).toEqual(["early", "late"]);
});

test("each tick schedules its own end", () => {
  const { tick, ticks } = open();
  let flushes = 0;
  for (let round = 0; round < 3; round++) {
    tick.add({ flush: () => flushes++ });
    ticks.end();
  }
  expect([flushes, ticks.size]).toEqual([3, 0]);
});

test("what is added during a flush is flushed at the next one", () => {
  const { tick, ticks } = open();
  const flushed: string[] = [];
  const second = { flush: () => flushed.push("second") };
  const first = {
    flush: () => {
      flushed.push("first");
      tick.add(second);
    },
  };
  tick.add(first);
  ticks.end();
  expect([flushed, ticks.size]).toEqual([["first"], 1]);
  ticks.end();
  expect(flushed).toEqual(["first", "second"]);
});

test("a flush during a flush neither repeats nor forgets", () => {
  const { tick, ticks } = open();
  const flushed: string[] = [];
  tick.add({
    flush: () => {
      flushed.push("outer");
      tick.add({ flush: () => flushed.push("inner") });
      tick.flush();
    },
  });
  tick.add({ flush: () => flushed.push("last") });
  ticks.end();
  tick.flush();
  ticks.end();
  expect(flushed.toSorted()).toEqual(["inner", "last", "outer"]);
});

test("without a schedule of its own a tick ends once the events at hand are handled", async () => {
  const tick = new Tick();
  const flushed = Promise.withResolvers<string>();
  tick.add({ flush: () => flushed.resolve("flushed") });
  expect(await flushed.promise).toBe("flushed");
});
