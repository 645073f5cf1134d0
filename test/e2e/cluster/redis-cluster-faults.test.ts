// What a Redis Cluster may do while clients on three nodes talk without pause, in topics at all of its masters.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { logged } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { type Master, RedisCluster } from "../../support/redis-cluster.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { documentedRights } from "../../support/rights.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { until } from "../../support/talkers.ts";
import { frames, patient, TalkingNodes, timeoutMs } from "../../support/talking-nodes.ts";
import { joinTopic } from "../../support/topic-client.ts";

/** Of the clients. */
const topics = ["talk-0", "talk-1", "talk-2", "talk-3"];

const channelOf = (topic: string): string => `signalbox:{topic/${topic}}`;

describeWith(redisProgram, "Redis")("clients on three nodes that talk without pause", () => {
  let nodes: TalkingNodes<RedisCluster>;

  beforeAll(async () => {
    nodes = await TalkingNodes.start(await RedisCluster.start(), topics.length, patient);
  }, timeoutMs);

  afterAll(() => nodes[Symbol.asyncDispose]());

  /** Moves the slot of a name to another master than that which has it. */
  async function moveAway(name: string): Promise<void> {
    const from = await nodes.place.masterOf(name);
    const to = nodes.place.masters.find((master) => master !== from);
    if (to === undefined) throw new Error("there is one master only");
    await nodes.place.move(name, to);
  }

  async function leases(): Promise<readonly string[]> {
    const keys = nodes.place.masters.map((master) => master.command("KEYS", "signalbox:lease:*"));
    return (await Promise.all(keys)).flat().map(String);
  }

  /** A topic at a master, and one that is elsewhere. */
  async function apart(): Promise<{ master: Master; near: string; far: string }> {
    const [near = ""] = topics;
    const master = await nodes.place.masterOf(channelOf(near));
    for (const far of topics)
      if ((await nodes.place.masterOf(channelOf(far))) !== master) return { master, near, far };
    throw new Error("all topics are at one master");
  }

  /** Waits until so many more frames of a topic have arrived, which takes more than a second. */
  async function goesOn(topic: string): Promise<void> {
    const { delivered } = nodes.talkers.outcomes(topic);
    const due = delivered + frames;
    await until(() => nodes.talkers.outcomes(topic).delivered > due, "a topic is disturbed");
  }

  test(
    "meet by nodes that have no more rights than are documented",
    async () => {
      const rights = await documentedRights();
      const own = ["on", ">hunter2", "~rights:*", "resetchannels", "&rights:*", "-@all"];
      for (const master of nodes.place.masters)
        await master.command("ACL", "SETUSER", "node", ...own, ...rights);
      const { environment } = nodes.place;
      const as = {
        REDIS_URL: environment["REDIS_URL"]?.replaceAll("redis://", "redis://node:hunter2@") ?? "",
        REDIS_PREFIX: "rights:",
      };
      await using one = await ServerProcess.start([], { ...environment, ...as });
      await using other = await ServerProcess.start([], { ...environment, ...as });
      for (const node of [one, other]) await node.logged(({ msg }) => msg === logged.joined);
      const joined: boolean[] = [];
      for (const topic of topics) {
        const ann = await joinTopic(one.url, topic);
        const bob = await joinTopic(other.url, topic);
        joined.push((await ann.socket.next()).includes(bob.id));
        for (const { socket } of [ann, bob]) socket.close();
      }
      const logs = nodes.place.masters.map((master) => master.command("ACL", "LOG"));
      expect([joined, JSON.stringify(await Promise.all(logs)).includes('"node"')]).toEqual([
        topics.map(() => true),
        false,
      ]);
    },
    timeoutMs,
  );

  test(
    "lose nothing in silence when the slot of their topic moves to another master",
    async () => {
      await nodes.talkers.talk(frames);
      const areJoined = nodes.watch(logged.joined);
      await moveAway(channelOf("talk-0"));
      await areJoined();
      await nodes.nobodyNotices();
    },
    timeoutMs,
  );

  test(
    "are not taken for gone when the leases of their nodes move, with their slots",
    async () => {
      const before = await leases();
      for (const lease of before) await moveAway(lease);
      for (const lease of before) await (await nodes.place.masterOf(lease)).renewed(lease);
      await nodes.nobodyNotices();
      expect([before.length, (await leases()).toSorted()]).toEqual([3, before.toSorted()]);
    },
    timeoutMs,
  );

  test(
    "go on undisturbed in topics of other masters when one is killed, and meet again when it is back",
    async () => {
      const { master, near, far } = await apart();
      await master.kill();
      await nodes.allSay("degraded");
      // What was under way to the master may be answered for by no one, and is given up after a second.
      const lost = nodes.talkers.outcomes(near).reported;
      let reported: number;
      do {
        ({ reported } = nodes.talkers.outcomes(far));
        await goesOn(far);
      } while (nodes.talkers.outcomes(far).reported !== reported);
      expect(await nodes.readiness()).toEqual([200, "degraded"]);
      expect(nodes.talkers.outcomes(near).reported).toBeGreaterThan(lost);
      await master.restart();
      await nodes.place.untilOk();
      await nodes.allSay("ready");
      await nodes.nobodyNotices();
    },
    timeoutMs,
  );
});
