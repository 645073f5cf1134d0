import { expect, test } from "bun:test";
import { Tick } from "../../src/core/tick.ts";
import { FakeTicks } from "../support/fake-node.ts";

function open() {
  const ticks = new FakeTicks();
  return { ticks, tick: new Tick(ticks.schedule, () => 0) };
}

/** A tick whose clock only flushes move. */
class Busy {
  readonly ticks = new FakeTicks();
  readonly flushed: string[] = [];
  readonly tick: Tick;
  readonly #length: number;

  /** @param msEach that each flush takes @param length UTF-16 units that each writes */
  constructor(msEach = 0.1, length = 0) {
    this.tick = new Tick(this.ticks.schedule, () => this.flushed.length * msEach);
    this.#length = length;
  }

  add(count: number, name: string): void {
    const flush = () => {
      this.flushed.push(name);
      return this.#length;
    };
    for (let n = 0; n < count; n++) this.tick.add({ flush });
  }
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
      tick.add(second);
      return flushed.push("first");
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
      return 0;
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
  const flush = () => {
    flushed.resolve("flushed");
    return 0;
  };
  tick.add({ flush });
  expect(await flushed.promise).toBe("flushed");
});

test("thousands of flushes leave sockets to be polled in between, and nobody is forgotten", () => {
  const { ticks, tick, flushed, add } = bind(new Busy());
  add(2000, "x");
  const perTick: number[] = [];
  while (ticks.size > 0) {
    const before = flushed.length;
    ticks.end();
    perTick.push(flushed.length - before);
    expect(tick.isLate).toBe(ticks.size > 0);
  }
  // 4 ms, and as many as are flushed before the time is looked at.
  expect(Math.max(...perTick)).toBeLessThanOrEqual(40 + 32);
  expect([flushed.length, perTick.length > 20]).toEqual([2000, true]);
});

test("what comes in later ticks does not wait for all that is late, nor does that starve", () => {
  const { ticks, flushed, add } = bind(new Busy());
  add(1000, "late");
  ticks.end();
  flushed.length = 0;
  for (let round = 0; round < 5; round++) {
    add(100, "new");
    ticks.end();
  }
  const count = (name: string): number => flushed.filter((each) => each === name).length;
  expect(count("new")).toBeGreaterThan(80);
  expect(count("late")).toBeGreaterThan(80);
});

test("those that are late are flushed in the order in which they came", () => {
  const { ticks, tick, flushed } = bind(new Busy());
  const names = Array.from({ length: 300 }, (_, n) => `${n}`);
  for (const name of names) tick.add({ flush: () => flushed.push(name) });
  while (ticks.size > 0) ticks.end();
  expect(flushed).toEqual(names);
});

test("an early flush takes those that are late along", () => {
  const { ticks, tick, flushed, add } = bind(new Busy());
  add(300, "x");
  ticks.end();
  add(5, "y");
  tick.flush();
  expect([flushed.length, tick.isLate]).toEqual([305, false]);
  while (ticks.size > 0) ticks.end();
  expect(flushed.length).toBe(305);
});

function bind(busy: Busy) {
  return { ...busy, add: busy.add.bind(busy) };
}

test("a tick has time for few of the longest lists", () => {
  const busy = new Busy(1, 400_000);
  busy.add(100, "list");
  busy.ticks.end();
  expect(busy.flushed.length).toBeWithin(2, 4);
});
