// What is for a whole topic, against the server itself.

import { expect, test } from "bun:test";
import type { BenchReport } from "../../src/bench/report.ts";
import { binary } from "../support/paths.ts";
import { failureOf, runBench } from "./run-bench.ts";

test("fan-out counts the copies that reach others", async () => {
  const options = { modes: ["fan-out"], protocol: "nostr", subscribers: 5, window: 3 } as const;
  const { written } = await runBench({ ...options, json: true }, [binary]);
  const { results }: BenchReport = JSON.parse(written);
  const figures = results[0]?.medians[0]?.figures ?? {};
  expect(figures["errors"]).toBe(0);
  expect(figures["copiesPerSecond"]).toBeGreaterThan(figures["broadcastsPerSecond"] ?? Infinity);
  expect(results[0]?.remarks.join()).not.toContain("never delivered");
});

test("fan-out says which protocol it needs", async () => {
  const running = runBench({ modes: ["fan-out"], subscribers: 2 }, [binary]);
  expect(await failureOf(running)).toBe(
    "fan-out needs --protocol nostr or y-webrtc: the driver of topic broadcasts nothing",
  );
});
