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
  send(times: number, bytes = 1): readonly string[] {
    return [...new Set(Array.from({ length: times }, () => this.#excess.count(bytes)))];
  }

  pass(seconds: number): this {
    for (let steps = seconds * 4; steps > 0; steps--) this.#clock.step();
    return this;
  }
}

test("the client is told once a second, and the rest is ignored", () => {
  const flood = new Flood(10, 0);
  expect([flood.send(1), flood.send(50), flood.pass(0.75).send(1)]).toEqual([
    ["tell"],
    ["ignore"],
    ["ignore"],
  ]);
  expect([flood.pass(0.25).send(1), flood.send(1)]).toEqual([["tell"], ["ignore"]]);
});

test("ten times the frames of three seconds are borne, and one more is not", () => {
  const flood = new Flood(10, 0);
  expect([flood.send(300), flood.send(1)]).toEqual([["tell", "ignore"], ["close"]]);
});

test("ten times the bytes of three seconds are borne, and one more is not", () => {
  const flood = new Flood(0, 100);
  expect([flood.send(30, 100), flood.send(1, 1)]).toEqual([["tell", "ignore"], ["close"]]);
});

test("what was sent before is forgotten after three seconds", () => {
  const flood = new Flood(10, 0);
  flood.send(300);
  expect(flood.pass(3).send(1)).toEqual(["close"]);
  const calmer = new Flood(10, 0);
  calmer.send(300);
  expect([calmer.pass(3.25).send(300), calmer.send(1)]).toEqual([["tell", "ignore"], ["close"]]);
});

test("without rates nobody floods, whatever else was too much", () => {
  const flood = new Flood(0, 0);
  expect(flood.send(10_000, 1000)).toEqual(["tell", "ignore"]);
});
