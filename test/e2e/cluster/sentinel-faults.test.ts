// What happens to clients on three nodes when Sentinels put the replica in the place of the master.

import { afterAll, beforeAll, test } from "bun:test";
import { logged } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { Sentinels } from "../../support/sentinels.ts";
import { frames, patient, TalkingNodes, timeoutMs } from "../../support/talking-nodes.ts";

describeWith(redisProgram, "Redis")("clients on three nodes that talk without pause", () => {
  let nodes: TalkingNodes<Sentinels>;

  beforeAll(async () => {
    nodes = await TalkingNodes.start(await Sentinels.start(), 2, patient);
  }, timeoutMs);

  afterAll(() => nodes[Symbol.asyncDispose]());

  test(
    "lose nothing in silence when the master is killed, and meet at its replica",
    async () => {
      await nodes.talkers.talk(frames);
      const areJoined = nodes.watch(logged.joined);
      await nodes.place.killMaster();
      await areJoined();
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
