import { expect, test } from "bun:test";
import { ClusterOfNodes } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { run } from "../../support/program.ts";
import { redisProgram } from "../../support/redis-server.ts";

describeWith(redisProgram, "Redis")("bench with the addresses of two nodes", () => {
  test("measures pairs across them, and each process", async () => {
    await using cluster = await ClusterOfNodes.start(2, { LOG_LEVEL: "info" });
    const urls = cluster.nodes.map(({ url }) => url.href.replace("http", "ws"));
    const pids = cluster.nodes.map(({ pid }) => pid);
    const flags = "--pairs 5 --rounds 1 --seconds 1 --rate 200 --json".split(" ");
    const { stdout } = await run([
      "bench",
      "rate",
      "--url",
      `${urls}`,
      "--pid",
      `${pids}`,
      ...flags,
    ]);
    const [{ medians, remarks }] = JSON.parse(stdout).results;
    expect([medians[0].figures, remarks]).toEqual([
      expect.objectContaining({ missing: 0, errors: 0, serverCpuPercent: expect.any(Number) }),
      [expect.stringMatching(/^server CPU % in one round, by process: [\d.]+, [\d.]+$/)],
    ]);
  }, 30_000);
});
