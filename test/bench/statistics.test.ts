import { describe, expect, test } from "bun:test";
import { median, percentile } from "../../src/bench/statistics.ts";

test("the median is the middle value, or the mean of the two in the middle", () => {
  expect([[3, 1, 2], [4, 1, 3, 2], [7]].map(median)).toEqual([2, 2.5, 7]);
  expect(median([])).toBeNaN();
});

describe("a percentile", () => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);

  test("is the smallest value that as many do not exceed", () => {
    const shares = [0, 0.01, 0.07, 0.5, 0.501, 0.99, 0.999, 1];
    expect(shares.map((share) => percentile(hundred, share))).toEqual([
      1, 1, 7, 50, 51, 99, 100, 100,
    ]);
  });

  test("is always a value that was measured", () => {
    expect([0, 0.5, 0.99, 1].map((share) => percentile([5, 9], share))).toEqual([5, 5, 9, 9]);
  });

  test("of nothing is no number", () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});
