// Work in turns, with a clock that only tasks move.

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { WorkQueue } from "../../src/core/work-queue.ts";
import { FakeTicks } from "../support/fake-node.ts";

class Work {
  readonly ticks = new FakeTicks();
  readonly faults: unknown[] = [];
  /** What was done, since the last look. */
  readonly done: string[] = [];
  now = 0;
  isLate = false;
  readonly queue = new WorkQueue({
    shareMs: 3,
    fault: (thrown) => this.faults.push(thrown),
    isLate: () => this.isLate,
    now: () => this.now,
    schedule: this.ticks.schedule,
  });

  /** Wants something done for a key that takes so many milliseconds. */
  run(key: string, name = key, ms = 1): void {
    this.queue.run(key, () => {
      this.now += ms;
      this.done.push(name);
    });
  }

  /** A tick ends. @returns what was done in it */
  tick(): readonly string[] {
    this.ticks.end();
    return this.done.splice(0);
  }
}

describe("a task", () => {
  test("runs at once while the tick has time, and after that in the next ticks, in order", () => {
    const work = new Work();
    for (let n = 1; n <= 8; n++) work.run("a", `${n}`);
    expect([work.done.splice(0), work.queue.size]).toEqual([["1", "2", "3"], 5]);
    expect([work.tick(), work.tick(), work.tick()]).toEqual([["4", "5", "6"], ["7", "8"], []]);
  });

  test("does not overtake those that wait, though there is time", () => {
    const work = new Work();
    for (let n = 1; n <= 3; n++) work.run("a", `${n}`, 3);
    expect([work.done.splice(0), work.tick()]).toEqual([["1"], ["2"]]);
    work.now += 100;
    work.run("a", "4", 0);
    expect([work.done.splice(0), work.tick(), work.tick()]).toEqual([[], ["3"], ["4"]]);
  });

  test("runs at once in a tick of its own, and leaves nothing scheduled behind", () => {
    const work = new Work();
    for (let n = 0; n < 3; n++) {
      work.run("a", "a", 5);
      expect(work.done).toEqual(["a"]);
      work.tick();
      work.tick();
      expect(work.ticks.size).toBe(0);
    }
  });

  test("that throws is told, and the others run", () => {
    const work = new Work();
    const thrown = new Error("wrong");
    const fail = (): never => {
      throw thrown;
    };
    work.queue.run("a", fail);
    work.run("a", "long", 3);
    work.queue.run("a", fail);
    work.run("a", "after");
    expect([work.done.splice(0), work.tick(), work.faults, work.queue.size]).toEqual([
      ["long"],
      ["after"],
      [thrown, thrown],
      0,
    ]);
  });

  test("may want another one, which takes its turn", () => {
    const work = new Work();
    work.queue.run("a", () => {
      work.now += 3;
      work.run("a", "second");
      work.run("b", "third");
    });
    expect([work.done.splice(0), work.tick()]).toEqual([[], ["second", "third"]]);
  });

  test("finds out whether there is time for more", () => {
    const work = new Work();
    const times: boolean[] = [];
    work.queue.run("a", () => {
      for (let n = 0; n < 4; n++) {
        times.push(work.queue.hasTime);
        work.now++;
      }
    });
    expect([times, work.queue.isFree]).toEqual([[true, true, true, false], false]);
  });
});

describe("keys", () => {
  test("take turns, however many tasks each has", () => {
    const work = new Work();
    work.run("-", "-", 3);
    for (let n = 0; n < 100; n++) work.run("flood", `f${n}`);
    for (const key of ["a", "b"]) for (const n of [1, 2]) work.run(key, `${key}${n}`);
    work.done.length = 0;
    expect([work.tick(), work.tick(), work.tick()]).toEqual([
      ["f0", "a1", "b1"],
      ["f1", "a2", "b2"],
      ["f2", "f3", "f4"],
    ]);
  });

  test("with thousands of tasks keep their order while more come", () => {
    const work = new Work();
    work.run("-", "-", 3);
    const names = Array.from({ length: 5000 }, (_, n) => `${n}`);
    for (const name of names.slice(0, 4000)) work.run("a", name, 0.01);
    const done = [...work.tick(), ...work.tick()];
    for (const name of names.slice(4000)) work.run("a", name, 0.01);
    while (work.queue.size > 0) done.push(...work.tick());
    expect(done.filter((name) => name !== "-")).toEqual(names);
  });

  test("that come later wait for one round, not for all that waits", () => {
    const work = new Work();
    work.run("-", "-", 3);
    for (let n = 0; n < 1000; n++) work.run(`key ${n % 5}`, "old", 1);
    work.run("late");
    const before: string[] = [];
    for (let round = 0; round < 3; round++) before.push(...work.tick());
    expect(before.slice(1)).toContain("late");
  });
});

test("while writing is late a tick does one task, so that even then all comes to its turn", () => {
  const work = new Work();
  work.isLate = true;
  for (const name of ["1", "2", "3"]) work.run("a", name, 0);
  expect([work.done, work.tick(), work.tick()]).toEqual([[], ["1"], ["2"]]);
  work.isLate = false;
  work.run("a", "4", 0);
  expect(work.tick()).toEqual(["3", "4"]);
});

describe("what is little", () => {
  const atOnce = 65_536;

  test("is done at once however late it is, until the tick has had so much of it", () => {
    const work = new Work();
    work.queue.mayBegin();
    work.now += 100;
    expect([work.queue.mayDo(atOnce), work.queue.mayDo(1)]).toEqual([true, false]);
    work.tick();
    expect(work.queue.mayDo(atOnce)).toBe(true);
  });

  test("has less of a tick in which much was done that could not wait", () => {
    const work = new Work();
    work.queue.mayBegin();
    work.now += 100;
    work.queue.note(atOnce - 1);
    expect([work.queue.mayDo(1), work.queue.mayDo(1)]).toEqual([true, false]);
    work.tick();
    expect([work.queue.mayDo(1), work.ticks.size]).toEqual([true, 1]);
  });

  test("takes its turn while what was done before is late", () => {
    const work = new Work();
    work.isLate = true;
    expect(work.queue.mayDo(1)).toBe(false);
    work.isLate = false;
    expect(work.queue.mayDo(1)).toBe(true);
  });
});

test("tasks that find out that they are not wanted any more cost no turn of their own", () => {
  const work = new Work();
  work.run("-", "-", 3);
  work.done.length = 0;
  for (let n = 0; n < 1000; n++) work.run(`gone ${n}`, "gone", 0);
  work.run("a", "wanted");
  expect(work.tick().at(-1)).toBe("wanted");
});

test("whatever is wanted is done once, of each key in order, and no tick takes long", () => {
  const task = fc.record({ key: fc.nat(3), ms: fc.constantFrom(0, 0.5, 1, 4) });
  const property = fc.property(fc.array(fc.array(task, { maxLength: 20 })), (phases) => {
    const work = new Work();
    const done: string[] = [];
    const wanted: string[] = [];
    /** Milliseconds that a tick took; the last task may be a long one. */
    const endTick = (): void => {
      const start = work.now;
      done.push(...work.tick());
      expect(work.now - start).toBeLessThan(3 + 4);
    };
    for (const phase of phases) {
      for (const { key, ms } of phase) {
        wanted.push(`${key} ${wanted.length}`);
        work.run(`${key}`, `${key} ${wanted.length - 1}`, ms);
      }
      endTick();
    }
    while (work.ticks.size > 0) endTick();
    expect([work.queue.size, done.toSorted()]).toEqual([0, wanted.toSorted()]);
    const order = (names: readonly string[]) => Map.groupBy(names, ([key]) => key);
    expect(order(done)).toEqual(order(wanted));
  });
  fc.assert(property);
});

test("by its own clock a tick's share is a few milliseconds, and sockets come in between", async () => {
  const queue = new WorkQueue({ fault: () => undefined, isLate: () => false });
  const start = performance.now();
  let done = 0;
  const finished = Promise.withResolvers<void>();
  for (let n = 0; n < 20; n++)
    queue.run("a", () => {
      const until = performance.now() + 1;
      while (performance.now() < until);
      if (++done === 20) finished.resolve();
    });
  // All at once it would take 20 ms.
  expect(done).toBeLessThan(20);
  await finished.promise;
  expect(performance.now() - start).toBeGreaterThanOrEqual(20);
});
