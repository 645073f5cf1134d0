// Full meshes, against the server itself.

import { expect, test } from "bun:test";
import type { DriverName } from "../../src/bench/drivers.ts";
import type { BenchReport } from "../../src/bench/report.ts";
import { binary } from "../support/paths.ts";
import { failureOf, runBench } from "./run-bench.ts";

async function meshOf(protocol: DriverName) {
  const options = { modes: ["mesh"], protocol, topicSize: 5, json: true } as const;
  const { written } = await runBench(options, [binary]);
  const { results }: BenchReport = JSON.parse(written);
  return results[0];
}

const messages = 5 * 4;

// What a newcomer gets, and what others hear of it, beside the offers.
const aboutEach = { topic: 2 * 5 + 10, "y-webrtc": 5 + 10, peerjs: 5 } as const;

test.concurrent.each(["topic", "y-webrtc", "peerjs"] as const)(
  "a mesh over %s delivers an offer of each to each, and hardly more",
  async (protocol) => {
    const result = await meshOf(protocol);
    const { errors, framesPerMesh } = result?.medians[0]?.figures ?? {};
    expect({ errors, remarks: result?.remarks }).toEqual({ errors: 0, remarks: [] });
    expect(framesPerMesh).toBeGreaterThanOrEqual(messages);
    expect(framesPerMesh).toBeLessThanOrEqual(messages + aboutEach[protocol]);
  },
  30_000,
);

test("mesh says which protocols it needs", async () => {
  expect(await failureOf(runBench({ modes: ["mesh"], protocol: "gst" }, [binary]))).toBe(
    "mesh needs --protocol topic, y-webrtc or peerjs: the driver of gst knows pairs only",
  );
});
