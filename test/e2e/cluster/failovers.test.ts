// What happens to clients on three nodes when a replica takes the place of a master: Sentinels put it there, or the
// other masters of a Redis Cluster.

import { afterAll, beforeAll, test } from "bun:test";
import { logged } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { ReplicatedCluster } from "../../support/redis-replica.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { Sentinels } from "../../support/sentinels.ts";
import { frames, patient, TalkingNodes, timeoutMs } from "../../support/talking-nodes.ts";

describeWith(redisProgram, "Redis").each([
  ["behind Sentinels", 2, () => Sentinels.start()],
  ["in a Redis Cluster", 4, () => ReplicatedCluster.start()],
] as const)("clients on three nodes that talk without pause %s", (_where, topics, start) => {
  let nodes: TalkingNodes<Sentinels | ReplicatedCluster>;

  beforeAll(async () => {
    nodes = await TalkingNodes.start<Sentinels | ReplicatedCluster>(await start(), topics, patient);
  }, timeoutMs);

  afterAll(() => nodes[Symbol.asyncDispose]());

  test(
    "lose nothing in silence when the master is killed, and meet at its replica",
    async () => {
      await nodes.talkers.talk(frames);
      const areJoined = nodes.watch(logged.joined);
      await nodes.place.killMaster();
      await areJoined();
      await nodes.allSay("ready");
      await nodes.nobodyNotices();
    },
    timeoutMs,
  );

  test(
    "lose nothing in silence when an operator has the replica take over",
    async () => {
      await nodes.place.restartReplica();
      await nodes.talkers.talk(frames);
      const areJoined = nodes.watch(logged.joined);
      await nodes.place.failOver();
      await areJoined();
      await nodes.nobodyNotices();
    },
    timeoutMs,
  );
});
