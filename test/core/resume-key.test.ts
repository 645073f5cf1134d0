// How nodes agree on the secret of tokens to come back by, also when what keeps it loses it.

import { expect, test } from "bun:test";
import type { Bus } from "../../src/core/bus.ts";
import { Clock } from "../../src/core/clock.ts";
import { ResumeKey } from "../../src/core/resume-key.ts";

/** What keeps values for all nodes. */
class Keeper {
  readonly values = new Map<string, string>();
  isReachable = true;

  node() {
    const keeper = this;
    const bus = {
      get isReachable() {
        return keeper.isReachable;
      },
      firstValue: async (name: string, value: string) => {
        if (!keeper.isReachable) return undefined;
        if (!keeper.values.has(name)) keeper.values.set(name, value);
        return keeper.values.get(name);
      },
    };
    const clock = new Clock((thrown) => {
      throw thrown;
    });
    return { key: new ResumeKey({ bus: bus as unknown as Bus, clock }), clock };
  }
}

/** Steps until so many seconds have passed, and lets what was begun come to its end. */
async function pass(clock: Clock, seconds: number): Promise<void> {
  const end = clock.seconds + seconds;
  while (clock.seconds < end) {
    clock.step();
    await new Promise(setImmediate);
  }
}

test("all nodes use the first one", async () => {
  const keeper = new Keeper();
  const [one, other] = [keeper.node(), keeper.node()];
  await pass(one.clock, 1);
  await pass(other.clock, 1);
  expect(other.key.current).toBe(one.key.current);
  expect(one.key.settling).toBeUndefined();
});

test("a key that is lost with all that Redis had is given back as soon as that is reached", async () => {
  const keeper = new Keeper();
  const one = keeper.node();
  await pass(one.clock, 1);
  keeper.isReachable = false;
  keeper.values.clear();
  await pass(one.clock, 1);
  keeper.isReachable = true;
  await pass(one.clock, 0.25);
  const late = keeper.node();
  await pass(late.clock, 1);
  expect(late.key.current).toBe(one.key.current);
});

test("a key that is lost unseen is given back within ten seconds", async () => {
  const keeper = new Keeper();
  const one = keeper.node();
  await pass(one.clock, 1);
  keeper.values.clear();
  await pass(one.clock, 10);
  expect([...keeper.values.values()]).toEqual([one.key.current]);
});

test("a node that has come too late with its key reads tokens by either", async () => {
  const keeper = new Keeper();
  const one = keeper.node();
  await pass(one.clock, 1);
  const { current } = one.key;
  keeper.values.clear();
  const other = keeper.node();
  await pass(other.clock, 1);
  await pass(one.clock, 10);
  expect(one.key.all).toEqual([other.key.current, current]);
});
