// Topics on two nodes that meet at a Redis that Sentinels find.

import { describeWith } from "../../../support/missing.ts";
import { redisProgram } from "../../../support/redis-server.ts";
import { Sentinels } from "../../../support/sentinels.ts";
import { TwoNodes } from "../../../support/two-nodes.ts";
import { playTopics } from "./topics.ts";

describeWith(redisProgram, "Redis")("on two nodes behind Sentinels", () =>
  playTopics(async () => TwoNodes.around(await Sentinels.start())),
);
