// What a server answers by itself, against the server itself.

import { expect, test } from "bun:test";
import type { BenchReport } from "../../src/bench/report.ts";
import { binary } from "../support/paths.ts";
import { failureOf, runBench } from "./run-bench.ts";

test("ask counts the announces that are answered", async () => {
  const options = { modes: ["ask"], protocol: "tracker", pairs: 2, window: 3 } as const;
  const { written } = await runBench({ ...options, json: true }, [binary]);
  const { results }: BenchReport = JSON.parse(written);
  const { errors, deliveredPerSecond } = results[0]?.medians[0]?.figures ?? {};
  expect([errors, deliveredPerSecond]).toEqual([0, expect.any(Number)]);
  expect(deliveredPerSecond).toBeGreaterThan(0);
  expect(results[0]?.remarks.join()).not.toContain("never delivered");
});

test("ask says which protocol it needs", async () => {
  const running = runBench({ modes: ["ask"], pairs: 1 }, [binary]);
  expect(await failureOf(running)).toBe(
    "ask needs --protocol tracker: the driver of topic asks nothing",
  );
});
