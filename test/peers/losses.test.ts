import { expect, test } from "bun:test";
import { check } from "./check.ts";
import { comparableOf, confirmedBy, lossesOf } from "./losses.ts";
import { comparison } from "./parts.ts";
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

const fallen = { C: spread(0.5, 0.5, 0.5), Go: spread(3, 3, 3) };
const asBefore = { C: spread(0.7, 0.7, 0.7), Go: spread(3, 3, 3) };

/** Checks the relay, which measures these in turn. */
async function checked(...runs: readonly (PartResult | Error)[]) {
  const said: string[] = [];
  const again: (ReadonlySet<string> | undefined)[] = [];
  const left = [...runs];
  const isGood = await check(
    last,
    comparison.slice(0, 1),
    async (_, settings) => {
      again.push(settings);
      const run = left.shift();
      if (run instanceof Error || run === undefined) throw run ?? new Error("once too often");
      return run;
    },
    (line) => {
      said.push(line);
    },
  );
  return { isGood, said, again };
}

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

test("a check fails for what is lost twice, and says what", async () => {
  expect(await checked(runOf(fallen), runOf(fallen))).toEqual({
    isGood: false,
    said: [
      "measured once more, as this may be lost:",
      "relay, 1 in flight, beside C: 0.50 times as good, was 0.70",
      "lost, of 2 ratios:",
      "relay, 1 in flight, beside C: 0.50 times as good, was 0.70",
    ],
    again: [undefined, new Set(["1 in flight"])],
  });
});

test("a check passes what is lost once, and what is as before", async () => {
  expect((await checked(runOf(fallen), runOf(asBefore))).isGood).toBe(true);
  expect(await checked(runOf(asBefore))).toEqual({
    isGood: true,
    said: ["no loss in 2 ratios"],
    again: [undefined],
  });
});

test("a check fails if a part cannot be measured, or nothing can be compared", async () => {
  const failed = await checked(new Error("PeerServer ended with exit code 1"));
  expect([failed.isGood, failed.said[0]]).toEqual([
    false,
    "relay could not be measured: PeerServer ended with exit code 1",
  ]);
  expect((await checked(runOf({ Another: spread(1, 1, 1) }))).isGood).toBe(false);
});
