import { expect, test } from "bun:test";
import { LineLog } from "../../src/pages/pieces/log.ts";

test("the same line again is counted, and another one is added", () => {
  const log = new LineLog();
  log.note("a", "error");
  const before = log.lines;
  log.note("a", "error");
  log.note("b");
  expect(log.lines.map(({ text, count, tone }) => [text, count, tone])).toEqual([
    ["a", 2, "error"],
    ["b", 1, undefined],
  ]);
  expect(before.map(({ count }) => count)).toEqual([1]);
});

test("only the newest lines are kept, each with its number", () => {
  const log = new LineLog();
  for (let number = 1; number <= 400; number++) log.say("Ann", `line ${number}`);
  expect([log.lines.length, log.lines[0]?.number, log.lines.at(-1)?.text]).toEqual([
    300,
    101,
    "line 400",
  ]);
});
