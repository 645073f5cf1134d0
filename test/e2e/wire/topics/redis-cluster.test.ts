// Topics on two nodes that meet in a Redis Cluster.

import { describeWith } from "../../../support/missing.ts";
import { RedisCluster } from "../../../support/redis-cluster.ts";
import { redisProgram } from "../../../support/redis-server.ts";
import { TwoNodes } from "../../../support/two-nodes.ts";
import { playTopics } from "./topics.ts";

describeWith(redisProgram, "Redis")("on two nodes over a Redis Cluster", () =>
  playTopics(async () => TwoNodes.around(await RedisCluster.start())),
);
