import { expect, test } from "bun:test";
import { Clock } from "../../src/core/clock.ts";
import { MemoryGuard } from "../../src/server/memory-guard.ts";

test("nobody is let in while memory is over its limit, and the log says so once", () => {
  const clock = new Clock(() => undefined);
  const lines: string[] = [];
  const note = (level: string) => (_fields: object, message: string) => {
    lines.push(`${level} ${message}`);
  };
  let bytes = 100;
  const guard = new MemoryGuard(
    clock,
    100,
    { info: note("info"), warn: note("warn") },
    () => bytes,
  );
  const after = (now: number): boolean => {
    bytes = now;
    for (let steps = 8; steps > 0; steps--) clock.step();
    return guard.isOver;
  };
  expect([100, 101, 99, 95, 94, 100].map(after)).toEqual([false, true, true, true, false, false]);
  expect(lines).toEqual([
    "warn memory is over --memory-limit: new clients are refused",
    "info memory is below --memory-limit: new clients are let in again",
  ]);
});
