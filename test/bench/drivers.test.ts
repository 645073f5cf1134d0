// Every driver, against the server itself.

import { expect, test } from "bun:test";
import { driverNames } from "../../src/bench/drivers.ts";
import type { BenchReport } from "../../src/bench/report.ts";
import { binary } from "../support/paths.ts";
import { runBench } from "./run-bench.ts";

test.concurrent.each(driverNames)(
  "%s: partners find each other, and every message arrives",
  async (protocol) => {
    const { written } = await runBench({ modes: ["rate"], protocol, json: true }, [binary]);
    const { results }: BenchReport = JSON.parse(written);
    expect(results[0]?.medians[0]).toMatchObject({
      target: "signalbox",
      figures: { missing: 0, errors: 0 },
    });
  },
  30_000,
);
