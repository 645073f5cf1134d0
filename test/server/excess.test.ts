import { expect, test } from "bun:test";
import { Clock } from "../../src/core/clock.ts";
import { Excess } from "../../src/server/excess.ts";
import { roomy } from "../support/fake-node.ts";

/** Messages that are too much, by a clock that a test moves. */
class Flood {
  readonly #clock = new Clock(() => undefined);
  readonly #excess: Excess;

  constructor(framesPerSecond: number, bytesPerSecond: number) {
    this.#excess = new Excess(this.#clock, { ...roomy, framesPerSecond, bytesPerSecond });
  }

  /** @returns what is to be done about each of them, each answer once */
  send(times: number, bytes = 1, hasWaited = false): readonly string[] {
    const answers = Array.from({ length: times }, () => this.#excess.count(bytes, hasWaited));
    return [...new Set(answers)];
  }

  /** Sends as much over steps of the clock, less in each than would be too much at once. */
  sendSlowly(times: number, bytes = 1): readonly string[] {
    const steps = Array.from({ length: 12 }, () => {
      const answers = this.send(times / 12, bytes);
      this.pass(0.25);
      return answers;
    });
    return [...new Set(steps.flat())];
  }

  pass(seconds: number): this {
    for (let steps = seconds * 4; steps > 0; steps--) this.#clock.step();
    return this;
  }
}

test("the client is told once a second, and the rest is ignored", () => {
  const flood = new Flood(10, 0);
  expect([flood.send(1), flood.send(49), flood.pass(0.75).send(1)]).toEqual([
    ["tell"],
    ["ignore"],
    ["ignore"],
  ]);
  expect([flood.pass(0.25).send(1), flood.send(1)]).toEqual([["tell"], ["ignore"]]);
});

test("ten times the frames of three seconds are borne, and one more is not", () => {
  const flood = new Flood(12, 0);
  expect([flood.sendSlowly(360), flood.send(1)]).toEqual([["tell", "ignore"], ["close"]]);
});

test("ten times the bytes of three seconds are borne, and one more is not", () => {
  const flood = new Flood(0, 120);
  expect([flood.sendSlowly(36, 100), flood.send(1, 1)]).toEqual([["tell", "ignore"], ["close"]]);
});

test("twenty times the rates are borne in a quarter of a second, and one more is not", () => {
  const byFrames = new Flood(10, 0);
  expect([byFrames.send(50), byFrames.send(1)]).toEqual([["tell", "ignore"], ["close"]]);
  const byBytes = new Flood(0, 100);
  expect([byBytes.send(5, 100), byBytes.send(1, 1)]).toEqual([["tell", "ignore"], ["close"]]);
  const later = new Flood(10, 0);
  later.send(50);
  expect(later.pass(0.25).send(50)).toEqual(["ignore"]);
});

test("what has waited may be too much in an instant, but not in three seconds", () => {
  const flood = new Flood(10, 0);
  expect([flood.send(300, 1, true), flood.send(1, 1, true)]).toEqual([
    ["tell", "ignore"],
    ["close"],
  ]);
});

test("what was sent before is forgotten after three seconds", () => {
  const flood = new Flood(12, 0);
  flood.sendSlowly(360);
  expect(flood.send(1)).toEqual(["close"]);
  const calmer = new Flood(12, 0);
  calmer.sendSlowly(360);
  expect([calmer.pass(0.25).sendSlowly(360), calmer.send(1)]).toEqual([
    ["tell", "ignore"],
    ["close"],
  ]);
});

test("without rates nobody floods, whatever else was too much", () => {
  const flood = new Flood(0, 0);
  expect(flood.send(10_000, 1000)).toEqual(["tell", "ignore"]);
});
