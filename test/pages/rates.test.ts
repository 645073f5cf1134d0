import { expect, test } from "bun:test";
import { Rates } from "../../src/pages/home/rates.ts";

test("a rate is what has happened between two counts, a second", () => {
  const rates = new Rates();
  rates.add(1000, 50);
  expect([rates.latest, rates.points]).toEqual([undefined, ""]);
  rates.add(1002, 90);
  expect(rates.latest).toBe(20);
});

test("the same answer twice, and a node that is gone, are no rates", () => {
  const rates = new Rates();
  for (const [at, count] of [
    [1, 0],
    [3, 20],
    [3, 20],
    [5, 4],
    [7, 8],
  ] as const)
    rates.add(at, count);
  expect(rates.points).toBe("59,1.0 60,15.4");
});

test("only the last two minutes are kept", () => {
  const rates = new Rates();
  for (let at = 1; at < 200; at++) rates.add(at, at);
  expect(rates.points.split(" ").length).toBe(60);
});
