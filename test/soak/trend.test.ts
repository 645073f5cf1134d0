import { expect, test } from "bun:test";
import { riseOf, type Sample } from "./trend.ts";

const series = (valueAt: (seconds: number) => number): readonly Sample[] =>
  Array.from({ length: 301 }, (_, seconds) => ({ seconds, value: valueAt(seconds) }));

test.each([
  ["nothing", () => 100, 0],
  ["a line", (seconds: number) => 100 + seconds / 10, 30],
  ["a line that falls", (seconds: number) => 100 - seconds / 10, -30],
  // Garbage that is collected every ten seconds, and leaves a tenth of a MiB each second behind.
  ["a saw on a line", (seconds: number) => (seconds % 10) * 4 + seconds / 10, 30],
])("of %s the rise is seen", (_what, valueAt, rise) => {
  expect(Math.abs(riseOf(series(valueAt)) - rise)).toBeLessThan(1);
});

test("no samples do not rise", () => {
  expect([riseOf([]), riseOf([{ seconds: 1, value: 1 }])]).toEqual([0, 0]);
});
