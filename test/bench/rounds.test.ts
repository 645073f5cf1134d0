import { expect, test } from "bun:test";
import { mediansOf, ratioOf } from "../../src/bench/rounds.ts";

const rounds = [
  { target: "signalbox", round: 1, figures: { delivered: 100, cpu: 1 } },
  { target: "yardstick", round: 1, figures: { delivered: 200, cpu: 2 } },
  { target: "signalbox", round: 2, figures: { delivered: 120, cpu: null } },
  { target: "yardstick", round: 2, figures: { delivered: 160, cpu: 3 } },
  { target: "signalbox", round: 3, figures: { delivered: 90, cpu: 1 } },
  { target: "yardstick", round: 3, figures: { delivered: 180, cpu: 4 } },
] as const;

test("a median is taken of each figure, and is missing where a round is", () => {
  expect(mediansOf(rounds)).toEqual([
    { target: "signalbox", figures: { delivered: 100, cpu: null } },
    { target: "yardstick", figures: { delivered: 180, cpu: 3 } },
  ]);
});

test("a ratio is of the medians, and of each round and its neighbour", () => {
  expect(ratioOf(rounds, "delivered")).toEqual({
    to: "yardstick",
    figure: "delivered",
    ofMedians: 100 / 180,
    ofRounds: { min: 0.5, median: 0.5, max: 0.75 },
  });
});

test("there is no ratio without a yardstick, or with a figure that was not always measured", () => {
  const alone = rounds.filter(({ target }) => target === "signalbox");
  expect([ratioOf(alone, "delivered"), ratioOf(rounds, "cpu")]).toEqual([null, null]);
});
