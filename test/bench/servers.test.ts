// The servers that a mode starts: with tokens, with TLS, and as nodes that meet over a Redis.

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { run } from "../support/program.ts";
import { RedisServer, redisProgram } from "../support/redis-server.ts";

const storm = ["bench", "storm", "--connections", "20", "--rounds", "1", "--json"];

/** What a storm says of itself, and which servers it has measured. */
async function played(flags: readonly string[], env = {}): Promise<readonly unknown[]> {
  const { stdout } = await run([...storm, ...flags], { env });
  const { conditions, medians } = JSON.parse(stdout).results[0];
  const lets = medians[0].figures.connectionsPerSecond > 0;
  return [conditions, lets, ...medians.map(({ target }: { target: string }) => target)];
}

const usual = "20 connections at once, 4 in a topic, 1 ×, topic protocol";

test.concurrent("ask for a token each", async () => {
  expect(await played(["--tokens"])).toEqual([
    `${usual}, a token each`,
    true,
    "signalbox",
    "yardstick",
  ]);
}, 60_000);

test.concurrent("speak TLS, which the yardstick does not", async () => {
  expect(await played(["--tls"])).toEqual([`${usual}, TLS`, true, "signalbox"]);
}, 60_000);

test.concurrent.skipIf(!existsSync(redisProgram))(
  "are nodes, which the yardstick is not",
  async () => {
    await using redis = await RedisServer.start();
    const nodes = await played(["--nodes", "2"], { REDIS_URL: redis.url });
    expect(nodes).toEqual([`${usual}, 2 nodes`, true, "signalbox"]);
  },
  60_000,
);

test.concurrent.each([
  ["--nodes 2", "--nodes above 1 needs REDIS_URL in the environment"],
  ["--tls --url ws://127.0.0.1:1", "--tls is for servers that bench starts"],
])("bench storm %s is refused", async (flags, problem) => {
  const { code, stderr } = await run(["bench", "storm", ...flags.split(" ")]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
});
