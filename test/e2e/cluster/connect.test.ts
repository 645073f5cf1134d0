// How a node gets to Redis, and what it says when it does not. No password is ever shown.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { null as nothing } from "valibot";
import { messageOf } from "../../../src/cluster/carrier.ts";
import { joinCluster } from "../../../src/cluster/join.ts";
import { redisUrl } from "../../../src/cluster/options.ts";
import { type RedisAddress, readAddresses } from "../../../src/cluster/redis/address.ts";
import { carrierOf } from "../../../src/cluster/redis/connect.ts";
import { RefusedCommands } from "../../../src/cluster/redis/refused-commands.ts";
import { Hub } from "../../../src/core/hub.ts";
import { topicName } from "../../../src/core/ids.ts";
import type { Option } from "../../../src/options/option.ts";
import { logged } from "../../support/cluster.ts";
import { FakeNode } from "../../support/fake-node.ts";
import { describeWith } from "../../support/missing.ts";
import { Program, refusal, run } from "../../support/program.ts";
import { quietPort } from "../../support/quiet-port.ts";
import { type ListeningRedis, RedisServer, redisProgram } from "../../support/redis-server.ts";
import { documentedRights } from "../../support/rights.ts";
import { Sentinel } from "../../support/sentinels.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { until } from "../../support/talkers.ts";
import { joinTopic } from "../../support/topic-client.ts";

const nothingRefused = (): RefusedCommands =>
  new RefusedCommands({ info: () => undefined, warn: () => undefined }, () => performance.now());

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

/** A node that claims an id, keeps it, and lets it go. */
async function claimOnce(url: string): Promise<void> {
  const settings = <Value>(option: Option<Value>): Value =>
    // The one that is not at its default is a list of addresses.
    option.name === redisUrl.name ? (readAddresses(url) as Value) : option.default;
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const node = joinCluster(settings, log);
  if (node === undefined) throw new Error("it has not joined");
  await until(() => node.bus.isReachable, "Redis is not reached");
  const hub = new Hub<null>(new FakeNode({}, node.bus).node, "test", { info: nothing() });
  const claim = await hub.claim(topicName("id")!, "proof");
  expect(claim).toEqual({ since: expect.any(Number) });
  await node.leave();
}

describeWith(redisProgram, "Redis")("a node", () => {
  let redis: ListeningRedis;
  let folder: string;

  beforeAll(async () => {
    redis = await RedisServer.startOnPort({ password });
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

  test("needs no more rights than are documented", async () => {
    const rights = await documentedRights();
    const own = ["on", ">hunter2", "resetkeys", "~signalbox:*", "resetchannels", "&signalbox:*"];
    await redis.command("ACL", "SETUSER", "node", ...own, "-@all", ...rights);
    const url = redis.url.replace("unix://", "unix://node:hunter2@");
    await using one = await ServerProcess.start([], { REDIS_URL: url });
    await using other = await ServerProcess.start([], { REDIS_URL: url });
    for (const node of [one, other]) await node.logged(({ msg }) => msg === logged.joined);
    const ann = await joinTopic(one.url, "rights");
    const bob = await joinTopic(other.url, "rights");
    const joined = await ann.socket.next();
    for (const { socket } of [ann, bob]) socket.close();
    await claimOnce(url);
    const refused = JSON.stringify(await redis.command("ACL", "LOG"));
    expect([joined.includes(bob.id), refused.includes('"node"')]).toEqual([true, false]);
  });

  test("says in a word why it cannot, and serves its own peers", async () => {
    const wrong = { REDIS_URL: redis.url, REDIS_PASSWORD_FILE: `${folder}/wrong` };
    const nowhere = { REDIS_URL: `unix://:${encoded}@${folder}/nowhere.sock` };
    const problems = [await problemOf(wrong), await problemOf(nowhere)];
    problems.push(await problemOf({ REDIS_URL: redis.url }));
    expect(problems).toEqual(["WRONGPASS", "ENOENT", "NOAUTH"]);
  });

  test("connects anew when a connection is broken off before it is made", async () => {
    const unix = redis.url.replace("unix://", `unix://:${encoded}@`);
    const [address] = readAddresses(unix) as [RedisAddress];
    const carrier = carrierOf({ kind: "one", address }, undefined, 2000, nothingRefused());
    const { promise, resolve } = Promise.withResolvers<void>();
    carrier.start({ up: resolve, down: () => undefined, message: () => undefined });
    carrier.reset();
    await promise;
    const reach = carrier.reach;
    await carrier.close();
    expect([reach, carrier.reach]).toEqual(["all", "none"]);
  });

  test("hears that what it has asked of Redis has failed when it gets no answer", async () => {
    await using still = await RedisServer.start();
    const [address] = readAddresses(still.url) as [RedisAddress];
    const carrier = carrierOf({ kind: "one", address }, undefined, 1000, nothingRefused());
    const { promise, resolve } = Promise.withResolvers<void>();
    carrier.start({ up: resolve, down: () => undefined, message: () => undefined });
    await promise;
    still.signal("SIGSTOP");
    const asked = await Promise.allSettled([
      carrier.publish("channel", messageOf("text")),
      carrier.subscribe(["channel"]),
      carrier.keys.extend("key", 1000),
      carrier.keys.get(["key"]),
      carrier.keys.claim("claim", { holder: "n1", proof: "a", stale: undefined, ms: 1000 }),
    ]);
    still.signal("SIGCONT");
    await carrier.close();
    expect(asked.map(({ status }) => status)).toEqual(Array(5).fill("rejected"));
  });

  test("says why where Sentinels, or a Redis Cluster, cannot be asked", async () => {
    const nobody = `127.0.0.1:${quietPort()}`;
    const one = `redis://:${encoded}@127.0.0.1:${redis.port}`;
    const problems = [
      await problemOf({ REDIS_URL: "redis://mymaster", REDIS_SENTINELS: nobody }),
      await problemOf({ REDIS_URL: `redis://${nobody}`, REDIS_CLUSTER: "true" }),
      await problemOf({ REDIS_URL: one, REDIS_CLUSTER: "true" }),
    ];
    expect(problems).toEqual(["ECONNREFUSED", "ECONNREFUSED", "ERR"]);
  });

  test("says why where Sentinels do not tell it where the master is", async () => {
    await using sentinel = new Sentinel({ password }, redis.port, 3000);
    await sentinel.look();
    const place = `127.0.0.1:${sentinel.port}`;
    const found = {
      REDIS_URL: `redis://mymaster`,
      REDIS_SENTINELS: `redis://:${encoded}@${place}`,
    };
    const problems = [
      await problemOf({ ...found, REDIS_URL: "redis://nobody" }),
      await problemOf({ ...found, REDIS_SENTINELS: `redis://:hunter2@${place}` }),
      await problemOf({ ...found, REDIS_SENTINELS: place }),
      await problemOf(found),
    ];
    expect(problems).toEqual(["SENTINELS", "WRONGPASS", "NOAUTH", "NOAUTH"]);
  });

  test("asks the next Sentinel when one stands still", async () => {
    await using still = new Sentinel({ password }, redis.port, 3000);
    await using other = new Sentinel({ password }, redis.port, 3000);
    for (const sentinel of [still, other]) await sentinel.look();
    still.signal("SIGSTOP");
    const sentinels = [still.port, other.port].map((port) => `127.0.0.1:${port}`);
    const environment = {
      REDIS_URL: `redis://:${encoded}@mymaster`,
      REDIS_SENTINELS: `redis://:${encoded}@${sentinels.join(",")}`,
      CLUSTER_LEASE_SECONDS: "2",
    };
    expect(await reaches(environment)).toBe(true);
  });

  test("says so when the master has become a replica, and connects until there is one again", async () => {
    await using own = await RedisServer.start();
    const environment = { REDIS_URL: own.url, CLUSTER_LEASE_SECONDS: "2" };
    await using node = await ServerProcess.start([], environment);
    await node.logged(({ msg }) => msg === logged.joined);
    const readiness = async () => await (await fetch(new URL("/readyz", node.url))).text();
    await own.command("REPLICAOF", "127.0.0.1", `${quietPort()}`);
    const { problem } = await node.logged(({ msg }) => msg === logged.alone);
    expect([problem, await readiness()]).toEqual([
      "READONLY",
      "degraded: other nodes cannot be reached",
    ]);
    await own.command("REPLICAOF", "NO", "ONE");
    await until(async () => (await readiness()) === "ready", "Redis is not reached");
  }, 20_000);

  test("writes nothing to standard error when a Sentinel is away", async () => {
    await using sentinel = new Sentinel({ password }, redis.port, 3000);
    await sentinel.look();
    const sentinels = [sentinel.port, quietPort()].map((port) => `127.0.0.1:${port}`);
    const REDIS_URL = `redis://:${encoded}@mymaster`;
    const REDIS_SENTINELS = `redis://:${encoded}@${sentinels.join(",")}`;
    await using node = await Program.serve([], { env: { REDIS_URL, REDIS_SENTINELS } });
    const isReady = async () =>
      (await (await fetch(new URL("/readyz", node.url))).text()) === "ready";
    await until(isReady, "Redis is not reached");
    node.signal("SIGTERM");
    expect((await node.ended).stderr).toBe("");
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
    "a Redis Cluster that Sentinels are to find",
    { REDIS_URL: "redis://a", REDIS_SENTINELS: "b", REDIS_CLUSTER: "true" },
    "--redis-cluster needs no Sentinels: set it, or --redis-sentinels",
  ],
  [
    "a Redis Cluster without an address",
    { REDIS_CLUSTER: "true" },
    "--redis-cluster needs --redis-url",
  ],
  [
    "Sentinels without a name of the master",
    { REDIS_SENTINELS: "a,b" },
    "--redis-sentinels need --redis-url redis://<name of the master>",
  ],
  [
    "a file that is not there",
    { REDIS_URL: "redis://a", REDIS_PASSWORD_FILE: "/nowhere" },
    'REDIS_PASSWORD_FILE must be a file that can be read, not "/nowhere"',
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

test("what is wrong with Redis is listed with all the rest", async () => {
  const env = { PORT: "x", REDIS_URL: "redis://a,redis://b", PING_SECONDS: "60" };
  const { stderr } = await refusal([], { env });
  expect(stderr.trim().split("\n").slice(0, -1)).toEqual([
    'signalbox: PORT must be a whole number from 0 to 65535, not "x"',
    "signalbox: --ping-seconds must be less than --silent-seconds",
    "signalbox: --redis-url names several addresses, and --redis-cluster is not set",
  ]);
});

test("the help shows no password of the environment", async () => {
  const { stdout } = await run(["--help"], { env: { REDIS_URL: "redis://:hunter2@a" } });
  expect(stdout).not.toContain("hunter2");
});
