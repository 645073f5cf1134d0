import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Clock, stepMs } from "../../src/core/clock.ts";
import { Rate } from "../../src/core/rate.ts";
import { FakeNode } from "../support/fake-node.ts";

/** Somebody who does things at a rate, by a clock of its own. */
class Actor {
  readonly clock = new Clock(() => undefined);
  readonly rate: Rate;
  #spent = 0;

  constructor(perSecond: number) {
    this.rate = new Rate(this.clock, perSecond);
  }

  /** @returns whether it may do it; only then it counts */
  do(cost = 1): boolean {
    const after = this.rate.after(this.#spent, cost);
    if (!this.rate.allows(after)) return false;
    this.#spent = after;
    return true;
  }

  /** How often it may do what costs so much right now. */
  doAll(cost = 1): number {
    for (let times = 0; ; times++) if (!this.do(cost)) return times;
  }

  get isEager(): boolean {
    return this.rate.isEager(this.#spent);
  }

  get isRested(): boolean {
    return this.rate.isRested(this.#spent);
  }

  pass(seconds: number): this {
    for (let ms = 0; ms < seconds * 1000; ms += stepMs) this.clock.step();
    return this;
  }
}

describe("a rate", () => {
  test("allows 20 seconds of it at once, and one more not", () => {
    const actor = new Actor(10);
    expect([actor.doAll(), actor.do()]).toEqual([200, false]);
  });

  test("allows in the long run so much a second, in steps of the clock", () => {
    const actor = new Actor(10);
    actor.doAll();
    expect([actor.pass(0.25).doAll(), actor.pass(0.25).doAll()]).toEqual([2, 3]);
    expect(actor.pass(60).doAll()).toBe(200);
  });

  test("gives the whole burst back after a rest, and no more after a longer one", () => {
    const actor = new Actor(10);
    actor.doAll();
    actor.pass(19.75);
    const before = actor.isRested;
    actor.pass(0.25);
    expect([before, actor.isRested, actor.pass(1000).doAll()]).toEqual([false, true, 200]);
  });

  test("is the same for whoever comes late", () => {
    const actor = new Actor(10).pass(1000);
    expect([actor.isRested, actor.doAll()]).toEqual([true, 200]);
  });

  test("of one a second allows one a second", () => {
    const actor = new Actor(1);
    expect(actor.doAll()).toBe(20);
    const allowed = Array.from({ length: 8 }, () => actor.pass(0.25).doAll());
    expect(allowed).toEqual([0, 0, 0, 1, 0, 0, 0, 1]);
  });

  test("can be changed, and what was done before counts as it did", () => {
    const actor = new Actor(100).pass(1000);
    expect(actor.doAll()).toBe(2000);
    actor.rate.set(10);
    // Nothing is left of the burst, and a second allows ten.
    expect([actor.doAll(), actor.pass(1).doAll(), actor.pass(100).doAll()]).toEqual([0, 10, 200]);
    actor.rate.set(100);
    expect([actor.doAll(), actor.pass(1).doAll()]).toEqual([1800, 100]);
  });

  test("that is set where there was none begins with a whole burst", () => {
    const actor = new Actor(0).pass(10);
    for (let times = 0; times < 10_000; times++) actor.do();
    actor.rate.set(10);
    expect(actor.doAll()).toBe(200);
    actor.rate.set(0);
    expect([actor.do(1e9), actor.do(1e9)]).toEqual([true, true]);
  });

  test("of 0 allows anything, and nobody is eager", () => {
    const actor = new Actor(0);
    for (let n = 0; n < 1000; n++) expect(actor.do(1_000_000)).toBe(true);
    expect([actor.isEager, actor.rate.burst]).toEqual([false, Number.POSITIVE_INFINITY]);
  });

  test("takes no single act for more than the burst, which then is used up", () => {
    const actor = new Actor(10);
    expect([actor.do(1_000_000), actor.do()]).toEqual([true, false]);
    expect(actor.pass(20).doAll()).toBe(200);
  });

  test("counts nothing of what it does not allow", () => {
    const actor = new Actor(10);
    actor.do(150);
    expect([actor.do(51), actor.do(50), actor.do(0)]).toEqual([false, true, true]);
  });

  test("finds eager who is 0.4 seconds ahead, until time has passed", () => {
    const actor = new Actor(10);
    for (let n = 0; n < 4; n++) actor.do();
    const before = actor.isEager;
    actor.do();
    expect([before, actor.isEager, actor.pass(0.25).isEager]).toEqual([false, true, false]);
  });
});

test("in no stretch of time more is allowed than its share and one burst", () => {
  const event = fc.record({ steps: fc.nat(100), cost: fc.nat(60), times: fc.nat(50) });
  const property = fc.property(
    fc.constantFrom(1, 3, 10, 500),
    fc.array(event, { maxLength: 60 }),
    (perSecond, events) => {
      const actor = new Actor(perSecond);
      const done: { readonly at: number; readonly cost: number }[] = [];
      for (const { steps, cost, times } of events) {
        actor.pass((steps * stepMs) / 1000);
        for (let n = 0; n < times; n++)
          if (actor.do(cost)) done.push({ at: actor.clock.seconds, cost });
      }
      for (let from = 0; from < done.length; from++) {
        let sum = 0;
        for (const { at, cost } of done.slice(from)) {
          sum += Math.min(cost, actor.rate.burst);
          const share = (at - done[from]!.at) * perSecond;
          // The last act may be as large as a burst, and no larger than what was left.
          expect(sum).toBeLessThanOrEqual(share + actor.rate.burst + 1e-6);
        }
      }
    },
  );
  fc.assert(property, { numRuns: 50 });
});

describe("what a peer does", () => {
  test("counts frames, bytes and copies, and either rate says no", () => {
    const node = new FakeNode({ framesPerSecond: 1, bytesPerSecond: 10 });
    const { peer } = node.connect();
    const [byFrames, byBytes, byCopies] = [peer, node.connect().peer, node.connect().peer];
    for (let n = 0; n < 20; n++) expect(byFrames.spend(1)).toBe(true);
    expect(byFrames.spend(0)).toBe(false);
    expect([byBytes.spend(150), byBytes.spend(51), byBytes.spend(50)]).toEqual([true, false, true]);
    byCopies.charge(19);
    expect([byCopies.spend(0), byCopies.spend(0)]).toEqual([true, false]);
  });

  test("is allowed again once time has passed", () => {
    const node = new FakeNode({ framesPerSecond: 1 });
    const { peer } = node.connect();
    // One frame to thousands costs no more than a burst, though it was allowed with one left.
    for (let n = 0; n < 20; n++) peer.spend(1);
    peer.charge(10_000);
    node.sweep(20);
    expect(peer.spend(1)).toBe(false);
    node.sweep(1);
    expect([peer.spend(1), peer.spend(1)]).toEqual([true, false]);
  });

  test("without rates is never too much", () => {
    const { peer } = new FakeNode().connect();
    peer.charge(1e9);
    expect([peer.spend(1e9), peer.isEager, peer.burst.frames]).toEqual([
      true,
      false,
      Number.POSITIVE_INFINITY,
    ]);
  });
});
