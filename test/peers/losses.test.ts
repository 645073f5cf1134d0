import { expect, test } from "bun:test";
import { comparableOf, confirmedBy, lossesOf } from "./losses.ts";
import type { PartResult, Spread } from "./results.ts";

const spread = (median: number, lowest: number, highest: number): Spread => ({
  median,
  lowest,
  highest,
});

/** A run of which only ratios matter. */
const runOf = (ratios: Readonly<Record<string, Spread | null>>, part = "relay"): PartResult => ({
  part,
  date: "2026-01-01",
  commit: "0000000",
  cpu: "any",
  threads: 2,
  rounds: 5,
  conditions: "any",
  versions: {},
  notMeasured: [],
  remarks: [],
  rows: Object.entries(ratios).map(([server, ratio]) => ({
    setting: "1 in flight",
    server,
    protocol: "topic",
    figures: {},
    ratio,
  })),
});

const last = { parts: [runOf({ C: spread(0.7, 0.65, 0.75), Go: spread(3, 2.8, 3.3) })] };

const lostOf = (ratios: Readonly<Record<string, Spread | null>>) =>
  lossesOf(last, runOf(ratios)).map(({ server, before, now }) => [server, before, now]);

test("a ratio that has fallen by a quarter is a loss, even if one round was lucky", () => {
  expect(lostOf({ C: spread(0.52, 0.5, 0.72), Go: spread(3, 2.9, 3.1) })).toEqual([
    ["C", 0.7, 0.52],
  ]);
});

test("less than a tenth is noise, and so is what a round of the last run had, too", () => {
  const wide = { parts: [runOf({ C: spread(0.7, 0.5, 0.8) })] };
  expect(lostOf({ C: spread(0.64, 0.6, 0.66) })).toEqual([]);
  expect(lossesOf(wide, runOf({ C: spread(0.55, 0.5, 0.6) }))).toEqual([]);
  expect(lossesOf(wide, runOf({ C: spread(0.49, 0.4, 0.5) }))).toHaveLength(1);
});

test("a gain is none, and what one of the runs has not measured is not compared", () => {
  const now = { C: spread(0.9, 0.8, 1), Go: null, nats: spread(1, 1, 1) };
  expect(lostOf(now)).toEqual([]);
  expect(comparableOf(last, runOf(now))).toBe(1);
  expect(comparableOf(last, runOf(now, "rate"))).toBe(0);
});

test("a loss counts if it is lost again", () => {
  const losses = lossesOf(last, runOf({ C: spread(0.5, 0.5, 0.5), Go: spread(2, 2, 2) }));
  const again = lossesOf(last, runOf({ C: spread(0.7, 0.7, 0.7), Go: spread(2, 2, 2) }));
  expect(confirmedBy(again, losses).map(({ server }) => server)).toEqual(["Go"]);
});
