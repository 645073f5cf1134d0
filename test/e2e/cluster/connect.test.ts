// How a node gets to Redis, and what it says when it does not. No password is ever shown.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { logged } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { refusal, run } from "../../support/program.ts";
import { RedisServer, redisProgram } from "../../support/redis-server.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { joinTopic } from "../../support/topic-client.ts";

const password = "hunter2+correct";
const encoded = encodeURIComponent(password);

/** The problem with which a node says that it cannot reach Redis. */
async function problemOf(environment: Record<string, string>): Promise<unknown> {
  await using node = await ServerProcess.start([], environment);
  const { problem } = await node.logged(({ msg }) => msg === logged.alone);
  expect(JSON.stringify(node.log)).not.toContain("hunter2");
  // It serves all the same.
  const ann = await joinTopic(node.url, "any");
  ann.socket.close();
  return problem;
}

async function reaches(environment: Record<string, string>): Promise<boolean> {
  await using node = await ServerProcess.start([], environment);
  await node.logged(({ msg }) => msg === logged.joined);
  expect(JSON.stringify(node.log)).not.toContain("hunter2");
  return true;
}

describeWith(redisProgram, "Redis")("a node", () => {
  let redis: Awaited<ReturnType<typeof RedisServer.startWithPassword>>;
  let folder: string;

  beforeAll(async () => {
    redis = await RedisServer.startWithPassword(password);
    folder = mkdtempSync(`${tmpdir()}/signalbox-`);
    writeFileSync(`${folder}/password`, `${password}\n`);
    writeFileSync(`${folder}/wrong`, "hunter2+wrong\n");
  });

  afterAll(async () => {
    await redis[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  test("logs in with the password of the address, by socket and by TCP", async () => {
    const unix = redis.url.replace("unix://", `unix://default:${encoded}@`);
    const tcp = `redis://:${encoded}@127.0.0.1:${redis.port}/0`;
    expect([await reaches({ REDIS_URL: unix }), await reaches({ REDIS_URL: tcp })]).toEqual([
      true,
      true,
    ]);
  });

  test("logs in with the password of a file, which goes before that of the address", async () => {
    const wrong = redis.url.replace("unix://", "unix://:hunter2@");
    const path = `${folder}/password`;
    expect(await reaches({ REDIS_URL: wrong, REDIS_PASSWORD_FILE: path })).toBe(true);
  });

  test("says in a word why it cannot, and serves its own peers", async () => {
    const wrong = { REDIS_URL: redis.url, REDIS_PASSWORD_FILE: `${folder}/wrong` };
    const nowhere = { REDIS_URL: `unix://:${encoded}@${folder}/nowhere.sock` };
    const problems = [await problemOf(wrong), await problemOf(nowhere)];
    problems.push(await problemOf({ REDIS_URL: redis.url }));
    expect(problems).toEqual(["WRONGPASS", "ENOENT", "NOAUTH"]);
  });
});

test.each<readonly [string, Record<string, string>, string]>([
  [
    "an address that is none",
    { REDIS_URL: "redis://:hunter2@" },
    "REDIS_URL must be redis://[[user:]password@]host[:port][/db], rediss:// or unix:///path",
  ],
  [
    "several addresses",
    { REDIS_URL: "redis://:hunter2@a,redis://b" },
    "--redis-url names several addresses, and --redis-cluster is not set",
  ],
  [
    "a socket of a Redis Cluster",
    { REDIS_URL: "unix:///run/redis.sock", REDIS_CLUSTER: "true" },
    "--redis-cluster needs addresses with hosts, and knows no databases",
  ],
  [
    "a socket behind Sentinels",
    { REDIS_URL: "unix:///run/redis.sock", REDIS_SENTINELS: "a,b" },
    "--redis-sentinels need redis://<name of the master>",
  ],
  [
    "a file that is not there",
    { REDIS_URL: "redis://a", REDIS_PASSWORD_FILE: "/nowhere" },
    "--redis-password-file cannot be read: ENOENT",
  ],
])("a node is not started with %s", async (_what, env, problem) => {
  const { code, stdout, stderr } = await refusal([], { env: { PORT: "0", ...env } });
  const end = "signalbox --help lists all commands and options";
  expect([code, stdout, stderr.trim().split("\n")]).toEqual([
    2,
    "",
    [`signalbox: ${problem}`, end],
  ]);
});

test("the help shows no password of the environment", async () => {
  const { stdout } = await run(["--help"], { env: { REDIS_URL: "redis://:hunter2@a" } });
  expect(stdout).not.toContain("hunter2");
});
