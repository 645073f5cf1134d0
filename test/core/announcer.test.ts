// Who is told when, with a clock that only telling moves.

import { describe, expect, test } from "bun:test";
import { Announcer } from "../../src/core/announcer.ts";

/** Tells so many members, each of which takes so many milliseconds. */
class Telling {
  told = 0;
  readonly #world: World;
  readonly #name: string;
  #left: number;
  readonly #ms: number;

  constructor(world: World, name: string, members: number, ms: number) {
    this.#world = world;
    this.#name = name;
    this.#left = members;
    this.#ms = ms;
  }

  tellSome(): boolean {
    this.#world.now += this.#ms;
    this.#world.told.push(this.#name);
    this.told++;
    this.#left--;
    return this.#left <= 0;
  }
}

class World {
  now = 0;
  readonly told: string[] = [];
  readonly faults: unknown[] = [];
  readonly #waiting: { readonly at: number; readonly run: () => void }[] = [];
  readonly announcer = new Announcer({
    fault: (thrown) => this.faults.push(thrown),
    now: () => this.now,
    wait: (run, ms) => this.#waiting.push({ at: this.now + ms, run }),
  });

  telling(name: string, members: number, ms = 0.5): Telling {
    const telling = new Telling(this, name, members, ms);
    this.announcer.add(telling);
    return telling;
  }

  /** Waits for the next slice. @returns since when, and who was told in it */
  slice(): { readonly after: number; readonly told: readonly string[] } {
    const [next, ...others] = this.#waiting.splice(0);
    if (next === undefined || others.length > 0) throw new Error("there is not one slice to come");
    const after = next.at - this.now;
    this.now = Math.max(this.now, next.at);
    next.run();
    return { after, told: this.told.splice(0) };
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }
}

describe("announcements", () => {
  test("are told in the next tick after a rest, and then nothing is left to do", () => {
    const world = new World();
    world.telling("a", 1);
    expect([world.slice(), world.isIdle]).toEqual([{ after: 0, told: ["a"] }, true]);
  });

  test("take slices of 2 ms, and no more than a tenth of the time", () => {
    const world = new World();
    const all = world.telling("a", 100);
    const first = world.slice();
    expect([first.after, first.told.length]).toEqual([0, 4]);
    while (!world.isIdle) {
      const { after, told } = world.slice();
      expect([after, told.length]).toEqual([18, 4]);
    }
    expect([all.told, world.now]).toEqual([100, 25 * 20 - 18]);
  });

  test("rest longer after a slice that took longer", () => {
    const world = new World();
    world.telling("a", 2, 10);
    expect([world.slice().after, world.slice().after]).toEqual([0, 90]);
  });

  test("of several topics take turns", () => {
    const world = new World();
    world.telling("large", 1000);
    world.telling("a", 2);
    world.telling("b", 1);
    expect([world.slice().told, world.slice().told]).toEqual([
      ["large", "a", "b", "large"],
      ["a", "large", "large", "large"],
    ]);
  });

  test("of a topic that is forgotten are not told any more", () => {
    const world = new World();
    const gone = world.telling("gone", 10);
    world.slice();
    world.announcer.delete(gone);
    world.telling("a", 1);
    expect([world.slice().told, world.isIdle]).toEqual([["a"], true]);
  });

  test("that come while others are told wait for the rest, as those do", () => {
    const world = new World();
    world.announcer.add({
      tellSome: () => {
        world.now += 2;
        world.telling("a", 1);
        return true;
      },
    });
    expect([world.slice().told, world.slice()]).toEqual([[], { after: 18, told: ["a"] }]);
  });
});

test("a topic that throws is told of as a fault, and the others are told", () => {
  const world = new World();
  const thrown = new Error("wrong");
  world.announcer.add({
    tellSome: () => {
      throw thrown;
    },
  });
  world.telling("a", 2);
  expect([world.slice().told, world.faults, world.isIdle]).toEqual([["a", "a"], [thrown], true]);
});

test("by its own clock it tells all in the end", async () => {
  const announcer = new Announcer({ fault: () => undefined });
  const told = Promise.withResolvers<number>();
  let left = 10;
  announcer.add({
    tellSome: () => {
      const until = performance.now() + 1;
      while (performance.now() < until);
      left--;
      if (left === 0) told.resolve(performance.now());
      return left === 0;
    },
  });
  const start = performance.now();
  // Five slices with rests of 18 ms in between.
  expect((await told.promise) - start).toBeGreaterThan(60);
});
