// Several processes of one program on one port, each a node: their peers meet, and whoever dies is replaced.

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { logged } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { Program } from "../../support/program.ts";
import { RedisServer, redisProgram } from "../../support/redis-server.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { until } from "../../support/talkers.ts";
import { freshTopic, heard, type Joined, joinTopic, joinTwo } from "../../support/topic-client.ts";

const count = 3;

/** Milliseconds of a standstill: longer than a worker may be silent. */
const standstillMs = 7000;

/** Starts workers, and waits until all have reached Redis. */
async function start(
  redis: RedisServer,
  environment: Record<string, string> = {},
): Promise<ServerProcess & { readonly url: URL }> {
  const server = await ServerProcess.start(["--workers", `${count}`], {
    REDIS_URL: redis.url,
    CLUSTER_LEASE_SECONDS: "2",
    ...environment,
  });
  await joined(server, count);
  return server;
}

/** Waits until so many workers have reached Redis, all in all. */
async function joined(server: ServerProcess, workers: number): Promise<void> {
  const pids = new Set<unknown>();
  await server.logged(({ msg, worker }) => {
    if (msg === logged.joined) pids.add(worker);
    return pids.size >= workers;
  });
}

/** The processes of the workers by now. */
async function workersOf({ pid }: ServerProcess): Promise<readonly number[]> {
  const children = await Bun.file(`/proc/${pid}/task/${pid}/children`).text();
  return children.trim().split(" ").map(Number);
}

const idsIn = (list: string): readonly string[] =>
  JSON.parse(list).peers.map(({ id }: { readonly id: string }) => id);

async function leave(client: Joined): Promise<Joined> {
  client.socket.close();
  await client.socket.gone;
  return client;
}

/** Joins so many clients, and waits until the first has heard of all others. */
async function gather({ url }: { url: URL }, topic: string, size: number): Promise<Joined[]> {
  const clients = [await joinTopic(url, topic)];
  for (let joining = 1; joining < size; joining++) {
    clients.push(await joinTopic(url, topic));
    await clients[0]!.socket.next();
  }
  return clients;
}

describeWith(redisProgram, "Redis")("workers", () => {
  test("serve one port together, and their peers meet", async () => {
    await using redis = await RedisServer.start();
    await using server = await start(redis);
    const clients = await gather(server, freshTopic(), 12);
    server.signal("SIGTERM");
    const ends = await Promise.all(clients.map(({ socket }) => socket.closed));
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([1012]));
    expect(await server.exited).toBe(0);
    const served = server.log.filter(({ msg }) => msg === "connection ended");
    expect(served).toHaveLength(12);
    // The kernel spreads connections by their addresses: all to one has odds of one to 170,000.
    expect(new Set(served.map(({ worker }) => worker)).size).toBeGreaterThan(1);
  }, 60_000);

  test("are replaced when they die, and the peers of the others stay", async () => {
    await using redis = await RedisServer.start();
    await using server = await start(redis);
    const topic = freshTopic();
    const clients = await gather(server, topic, 12);
    const [victim = 0] = await workersOf(server);
    process.kill(victim, "SIGKILL");
    await joined(server, count + 1);
    expect(await workersOf(server)).toHaveLength(count);
    const staying = new Set(clients.map(({ id }) => id));
    for (const { id, socket } of clients) void socket.gone.then(() => staying.delete(id));
    // Until the lease of the dead one is over, its peers are thought to be there.
    let listed: readonly string[];
    do listed = idsIn((await leave(await joinTopic(server.url, topic))).list);
    while (listed.length !== staying.size || listed.some((id) => !staying.has(id)));
    expect(staying.size).toBeGreaterThan(0);
  }, 60_000);

  test("are replaced one after another on SIGUSR2, and whoever comes meanwhile gets in", async () => {
    await using redis = await RedisServer.start();
    await using server = await start(redis);
    const before = await workersOf(server);
    server.signal("SIGUSR2");
    let isReplaced = false;
    const replaced = server
      .logged(({ msg }) => msg === "all workers are replaced")
      .then(() => {
        isReplaced = true;
      });
    const join = () => joinTopic(server.url, freshTopic());
    // A connection that a worker had not yet taken when it closed its port is reset: the next is not.
    do await join().catch(join);
    while (!isReplaced);
    await replaced;
    const after = await workersOf(server);
    expect([after.length, after.filter((pid) => before.includes(pid))]).toEqual([count, []]);
  }, 60_000);

  test("are not ended by a SIGHUP of their own, as a service manager sends to all processes", async () => {
    await using redis = await RedisServer.start();
    await using server = await start(redis);
    const before = await workersOf(server);
    const told = (pid: number) =>
      server.log.some(({ msg, worker }) => worker === pid && msg.startsWith("SIGHUP"));
    for (const pid of before) process.kill(pid, "SIGHUP");
    await server.logged(() => before.every(told));
    expect(await workersOf(server)).toEqual(before);
    server.signal("SIGTERM");
    expect(await server.exited).toBe(0);
  }, 60_000);

  test("stay when those that are to replace them cannot start, and are replaced when they can", async () => {
    await using redis = await RedisServer.start();
    const folder = mkdtempSync(`${tmpdir()}/signalbox-`);
    const secret = `${folder}/secret`;
    writeFileSync(secret, "s".repeat(32));
    await using server = await start(redis, { JWT_SECRET_FILE: secret });
    const before = await workersOf(server);
    rmSync(secret);
    server.signal("SIGUSR2");
    const { level } = await server.logged(({ msg }) =>
      msg.startsWith("not all workers are replaced"),
    );
    expect([level, await workersOf(server)]).toEqual(["error", before]);
    writeFileSync(secret, "s".repeat(32));
    server.signal("SIGUSR2");
    await server.logged(({ msg }) => msg === "all workers are replaced");
    rmSync(folder, { recursive: true });
    const after = await workersOf(server);
    expect([after.length, after.filter((pid) => before.includes(pid))]).toEqual([count, []]);
    expect(server.log.filter(({ msg }) => msg === "fault")).toEqual([]);
  }, 60_000);

  // This and the next wait for most of their time.
  test.concurrent("are replaced when they hang, and whoever comes then gets in", async () => {
    await using redis = await RedisServer.start();
    await using server = await start(redis);
    const before = await workersOf(server);
    const [victim = 0] = before;
    process.kill(victim, "SIGSTOP");
    const { level, worker } = await server.logged(({ msg }) =>
      msg.startsWith("a worker shows no sign of life"),
    );
    expect([level, worker]).toEqual(["error", victim]);
    await joined(server, count + 1);
    const after = await workersOf(server);
    expect([after.length, after.includes(victim)]).toEqual([count, false]);
    await gather(server, freshTopic(), 12);
    server.signal("SIGTERM");
    expect(await server.exited).toBe(0);
  }, 60_000);

  test.concurrent("are not replaced because the whole machine stood still, whoever wakes first", async () => {
    await using redis = await RedisServer.start();
    await using server = await start(redis);
    const before = await workersOf(server);
    for (const pid of [server.pid, ...before]) process.kill(pid, "SIGSTOP");
    await Bun.sleep(standstillMs);
    server.signal("SIGCONT");
    // Time for the parent to ask, and to find that nobody answers.
    await Bun.sleep(2000);
    for (const pid of before) process.kill(pid, "SIGCONT");
    await gather(server, freshTopic(), 12);
    expect(await workersOf(server)).toEqual(before);
    expect(server.log.filter(({ msg }) => msg.includes("sign of life"))).toEqual([]);
  }, 60_000);

  test("are as many as before when one dies while they are replaced", async () => {
    await using redis = await RedisServer.start();
    await using server = await start(redis, { DRAIN_SECONDS: "2" });
    const before = await workersOf(server);
    const clients = await gather(server, freshTopic(), 12);
    server.signal("SIGUSR2");
    // The first of them is being ended as soon as one of its clients is told so.
    await Promise.any(clients.map(({ socket }) => socket.closed));
    for (const pid of before.slice(1)) process.kill(pid, "SIGKILL");
    await server.logged(({ msg }) => msg === "all workers are replaced");
    const pids = () =>
      new Set(server.log.filter(({ msg }) => msg === logged.joined).map(({ worker }) => worker));
    await until(async () => {
      const after = await workersOf(server);
      const isNew = (pid: number) => pids().has(pid) && !before.includes(pid);
      return after.length === count && after.every(isNew);
    }, "there are not as many workers as before");
  }, 60_000);

  test("end in order though each gets a signal by itself too, as from a service manager", async () => {
    await using redis = await RedisServer.start();
    const limits = { DRAIN_SECONDS: "2", MAX_QUEUED_FRAMES: "8" };
    await using server = await start(redis, limits);
    const [slow, sender] = await joinTwo(server.url, freshTopic());
    slow.socket.pause();
    const text = `{"type":"offer","to":"${slow.id}","payload":"${"x".repeat(60_000)}"}`;
    do sender.socket.send(text);
    while ((await heard(sender.socket)).length === 0);
    const own = (start: string) => {
      const lines = server.log.filter(({ msg, worker }) => msg.startsWith(start) && worker);
      return new Set(lines.map(({ worker }) => worker));
    };
    const pids = await workersOf(server);
    for (const pid of pids) process.kill(pid, "SIGTERM");
    // The one that has the slow peer waits for it; the others wait for nobody.
    await server.logged(() => pids.every((pid) => own("closing all connections").has(pid)));
    server.signal("SIGTERM");
    await server.logged(({ msg, worker }) => msg === "stopped" && worker === undefined);
    expect([pids.filter((pid) => !own("stopped").has(pid)), await server.exited]).toEqual([[], 0]);
  }, 60_000);

  test("end when their parent is killed", async () => {
    await using redis = await RedisServer.start();
    await using server = await start(redis);
    const { socket } = await joinTopic(server.url, freshTopic());
    server.signal("SIGKILL");
    expect(await socket.closed).toEqual({ code: 1012, reason: "server restarting" });
  }, 60_000);
});

test("workers without Redis are refused, and told why", async () => {
  const program = new Program(["--workers", "2"]);
  expect(await program.ended).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "signalbox: --workers needs --redis-url: each worker is a node, and nodes meet over Redis\n" +
      "signalbox --help lists all commands and options\n",
  });
});

test("a port in use is told once, however many workers were to listen there", async () => {
  await using taken = await ServerProcess.start();
  const program = new Program(["--workers", "2", "--redis-url", "redis://127.0.0.1:1"], {
    env: { PORT: taken.url.port, HOST: "127.0.0.1" },
  });
  const { code, stderr } = await program.ended;
  expect([code, stderr.match(/port \d+ is in use/g)?.length]).toEqual([1, 1]);
});
