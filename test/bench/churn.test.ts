// Members that come and go, against the server itself.

import { expect, test } from "bun:test";
import type { BenchReport } from "../../src/bench/report.ts";
import { binary } from "../support/paths.ts";
import { runBench } from "./run-bench.ts";

test.concurrent.each(["topic", "y-webrtc", "peerjs"] as const)(
  "churn over %s: who leaves comes back, again and again",
  async (protocol) => {
    const options = { modes: ["churn"], protocol, seconds: 0.5, json: true } as const;
    const { written } = await runBench(options, [binary]);
    const { results }: BenchReport = JSON.parse(written);
    // Two topics have two visitors: more visits than that means that they came back.
    expect(results[0]?.medians[0]?.figures["visitsPerSecond"]).toBeGreaterThan(4);
    expect(results[0]?.remarks).toEqual([]);
  },
  30_000,
);
