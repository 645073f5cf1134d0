// What Redis may do while clients on three nodes talk without pause.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { logged } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { RedisServer, redisProgram } from "../../support/redis-server.ts";
import { until } from "../../support/talkers.ts";
import { frames, TalkingNodes, timeoutMs } from "../../support/talking-nodes.ts";

describeWith(redisProgram, "Redis")("clients on three nodes that talk without pause", () => {
  let nodes: TalkingNodes<RedisServer>;

  beforeAll(async () => {
    nodes = await TalkingNodes.start(await RedisServer.start(), 2);
  }, timeoutMs);

  afterAll(() => nodes[Symbol.asyncDispose]());

  test(
    "lose nothing in silence when Redis is killed and comes back with nothing",
    async () => {
      await nodes.talkers.talk(frames);
      const [areAlone, areJoined] = [nodes.watch(logged.alone), nodes.watch(logged.joined)];
      await nodes.place.kill();
      await areAlone();
      const { dropped } = nodes.talkers;
      await until(() => nodes.talkers.dropped > dropped + 20, "nobody is told of what is dropped");
      expect(await nodes.readiness()).toEqual([200, "degraded"]);
      await nodes.place.restart();
      await areJoined();
      await nodes.nobodyNotices();
    },
    timeoutMs,
  );

  test(
    "lose nothing in silence when Redis stands still, and goes on when all leases have run out",
    async () => {
      await nodes.talkers.talk(frames);
      const [areAlone, areJoined] = [nodes.watch(logged.alone), nodes.watch(logged.joined)];
      nodes.place.signal("SIGSTOP");
      await areAlone();
      const { dropped } = nodes.talkers;
      await until(
        () => nodes.talkers.dropped > dropped + 3000,
        "nobody is told of what is dropped",
      );
      nodes.place.signal("SIGCONT");
      await areJoined();
      await nodes.nobodyNotices();
      const leases = (await nodes.place.command("KEYS", "signalbox:lease:*")) as readonly string[];
      expect(leases).toHaveLength(nodes.cluster.nodes.length);
      for (const lease of leases) await nodes.place.renewed(lease);
    },
    timeoutMs,
  );

  test(
    "lose nothing in silence when all connections to Redis are killed, again and again",
    async () => {
      for (let round = 0; round < 3; round++) {
        const areJoined = nodes.watch(logged.joined);
        await nodes.talkers.talk(frames);
        await nodes.place.killConnections();
        await areJoined();
      }
      await nodes.nobodyNotices();
    },
    timeoutMs,
  );

  test(
    "lose nothing at all while Redis is full; a node that comes then waits until there is room",
    async () => {
      await nodes.talkers.talk(frames);
      await nodes.place.command("CONFIG", "SET", "maxmemory", "1");
      const { dropped } = nodes.talkers;
      const late = await nodes.cluster.addUnjoined();
      await late.logged(({ msg }) => msg.startsWith("Redis takes no keys"));
      await nodes.talkers.talk(frames);
      expect(nodes.talkers.dropped).toBe(dropped);
      await nodes.place.command("CONFIG", "SET", "maxmemory", "0");
      await late.logged(({ msg }) => msg === logged.joined);
      await nodes.nobodyNotices();
    },
    timeoutMs,
  );
});
