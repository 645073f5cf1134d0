import { expect, test } from "bun:test";
import { type ModeResult, tableOf } from "../../src/bench/report.ts";

const columns = [
  { figure: "delivered", title: "delivered/s", digits: 0 },
  { figure: "p99", title: "p99 ms", digits: 3 },
];

const result: ModeResult = {
  mode: "relay",
  conditions: "2 pairs",
  rounds: [],
  medians: [
    { target: "signalbox", figures: { delivered: 98_123.4, p99: 1.23456 } },
    { target: "yardstick", figures: { delivered: 145_000, p99: null } },
  ],
  ratio: {
    to: "yardstick",
    figure: "delivered",
    ofMedians: 0.676,
    ofRounds: { min: 0.6, median: 0.67, max: 0.7 },
  },
  remarks: ["signalbox refused messages"],
};

test("a table lines its columns up, and says what is not available", () => {
  expect(tableOf(result, columns)).toBe(
    [
      "relay: 2 pairs; medians",
      "           delivered/s  p99 ms",
      "signalbox       98,123   1.235",
      "yardstick      145,000     n/a",
      "delivered/s: 0.68 of the yardstick's (rounds 0.60 to 0.70, median 0.67)",
      "note: signalbox refused messages",
      "",
    ].join("\n"),
  );
});
