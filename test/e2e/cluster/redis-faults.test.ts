// What Redis may do while clients on three nodes talk without pause.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { ClusterOfNodes, logged } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { Talkers, until } from "../../support/talkers.ts";

const timeoutMs = 60_000;

/** Frames that must arrive before and after something is done to Redis. */
const frames = 500;

describeWith(redisProgram, "Redis")("clients on three nodes that talk without pause", () => {
  let cluster: ClusterOfNodes;
  let talkers: Talkers;

  beforeAll(async () => {
    cluster = await ClusterOfNodes.start(3, { LOG_LEVEL: "info" });
    talkers = new Talkers(() => cluster.nodes.map(({ url }) => url));
    talkers.add(4, 2);
    await talkers.settle();
  }, timeoutMs);

  afterAll(async () => {
    talkers[Symbol.dispose]();
    await cluster[Symbol.asyncDispose]();
  });

  /** Waits until each node has said once more than before that it has reached Redis, or has not. */
  function watch(message: string) {
    const counts = () =>
      cluster.nodes.map(({ log }) => log.filter(({ msg }) => msg === message).length);
    const before = counts();
    return () =>
      until(
        () => counts().every((count, index) => count > (before[index] ?? 0)),
        `not all nodes said: ${message}`,
      );
  }

  /** All of them are there throughout, so that nobody may be told that somebody has left. */
  async function nobodyNotices(): Promise<void> {
    await talkers.talk(frames);
    await talkers.settle();
    expect([talkers.wrongs, talkers.lefts]).toEqual([[], 0]);
  }

  test(
    "lose nothing in silence when Redis is killed and comes back with nothing",
    async () => {
      await talkers.talk(frames);
      const [areAlone, areJoined] = [watch(logged.alone), watch(logged.joined)];
      await cluster.redis.kill();
      await areAlone();
      const { dropped } = talkers;
      await until(() => talkers.dropped > dropped + 20, "nobody is told of what is dropped");
      const health = await fetch(new URL("/readyz", cluster.url(0)));
      expect([health.status, (await health.text()).split(":")[0]]).toEqual([200, "degraded"]);
      await cluster.redis.restart();
      await areJoined();
      await nobodyNotices();
    },
    timeoutMs,
  );

  test(
    "lose nothing in silence when Redis stands still, and goes on when all leases have run out",
    async () => {
      await talkers.talk(frames);
      const [areAlone, areJoined] = [watch(logged.alone), watch(logged.joined)];
      cluster.redis.signal("SIGSTOP");
      await areAlone();
      const { dropped } = talkers;
      await until(() => talkers.dropped > dropped + 3000, "nobody is told of what is dropped");
      cluster.redis.signal("SIGCONT");
      await areJoined();
      await nobodyNotices();
    },
    timeoutMs,
  );

  test(
    "lose nothing in silence when all connections to Redis are killed, again and again",
    async () => {
      for (let round = 0; round < 3; round++) {
        const areJoined = watch(logged.joined);
        await talkers.talk(frames);
        await cluster.redis.killConnections();
        await areJoined();
      }
      await nobodyNotices();
    },
    timeoutMs,
  );

  test(
    "lose nothing at all while Redis is full; a node that comes then waits until there is room",
    async () => {
      await talkers.talk(frames);
      await cluster.redis.command("CONFIG", "SET", "maxmemory", "1");
      const { dropped } = talkers;
      const late = await cluster.addUnjoined();
      await late.logged(({ msg }) => msg.startsWith("Redis takes no keys"));
      await talkers.talk(frames);
      expect(talkers.dropped).toBe(dropped);
      await cluster.redis.command("CONFIG", "SET", "maxmemory", "0");
      await late.logged(({ msg }) => msg === logged.joined);
      await nobodyNotices();
    },
    timeoutMs,
  );
});
