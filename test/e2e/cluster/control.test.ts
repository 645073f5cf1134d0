// Nodes that know each other without a client, ask each other and give orders, while some of them, or what they meet
// at, is killed or stands still.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { joinCluster } from "../../../src/cluster/join.ts";
import { clusterOptions } from "../../../src/cluster/options.ts";
import { memberId, topicName } from "../../../src/core/ids.ts";
import { readSettings } from "../../../src/options/settings.ts";
import { leaseSeconds } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { RedisCluster } from "../../support/redis-cluster.ts";
import { type MeetingPlace, RedisServer, redisProgram } from "../../support/redis-server.ts";
import { Sentinels } from "../../support/sentinels.ts";
import { until } from "../../support/talkers.ts";
import { ControlNode, ControlNodes } from "./control-nodes.ts";

const timeoutMs = 60_000;

/** Milliseconds after which a node that is gone is not waited for, and what a busy machine adds. */
const goneMs = leaseSeconds * 1000 * (4 / 3) + 5000;

const idsOf = (nodes: readonly ControlNode[]) => nodes.map(({ node }) => node).toSorted();

/** Who answers each node, and who does not in time. */
async function answersOf({ nodes }: ControlNodes<MeetingPlace>): Promise<readonly unknown[]> {
  const heard: unknown[] = [];
  for (const node of nodes) {
    const { answers, missing } = await node.ask("who", null, 10_000);
    for (const [id, answer] of answers) expect(answer).toBe(id);
    heard.push([[...answers.keys()].toSorted(), missing]);
  }
  return heard;
}

/** All that are alive answer with their names. */
async function allAnswer(all: ControlNodes<MeetingPlace>): Promise<void> {
  const ids = idsOf(all.nodes);
  expect(await answersOf(all)).toEqual(all.nodes.map(() => [ids, []]));
}

/** The same, once nobody takes a node for gone whose lease was not renewed in time. */
async function allAnswerAgain(all: ControlNodes<MeetingPlace>): Promise<void> {
  await all.know();
  const ids = idsOf(all.nodes);
  const isSo = async () =>
    Bun.deepEquals(
      await answersOf(all),
      all.nodes.map(() => [ids, []]),
    );
  await until(isSo, "not all answer again");
}

describeWith(redisProgram, "Redis").each([
  ["over one Redis", () => RedisServer.start()],
  ["over a Redis Cluster", () => RedisCluster.start()],
  ["behind Sentinels", () => Sentinels.start()],
] as const)("nodes without clients %s", (_where, start: () => Promise<MeetingPlace>) => {
  let all: ControlNodes<MeetingPlace>;

  beforeAll(async () => {
    all = await ControlNodes.start(await start(), 3);
  }, timeoutMs);

  afterAll(() => all[Symbol.asyncDispose]());

  test("know each other, and all answer", () => allAnswer(all), timeoutMs);

  test(
    "give long answers, whole",
    async () => {
      const [near] = all.nodes;
      const { answers, missing } = await near!.ask("long", 400_000, 20_000);
      const lengths = [...answers.values()].map((answer) => String(answer).length);
      expect([lengths, missing]).toEqual([Array(3).fill(400_000), []]);
    },
    timeoutMs,
  );

  test(
    "obey orders, to one or to all",
    async () => {
      const [near, far, other] = all.nodes;
      await near!.tell("all", "everybody");
      await near!.tell(far!.node, { only: "far" });
      await until(() => far!.orders.length === 2, "the orders have not come");
      await allAnswer(all);
      expect([near!.orders, far!.orders, other!.orders]).toEqual([
        ["everybody"],
        ["everybody", { only: "far" }],
        ["everybody"],
      ]);
    },
    timeoutMs,
  );

  test(
    "do not wait for one that stands still beyond the deadline, and hear of it again when it goes on",
    async () => {
      const [near, still, other] = all.nodes;
      still!.signal("SIGSTOP");
      const { answers, missing, ms } = await near!.ask("who", null, 1000);
      expect([[...answers.keys()].toSorted(), missing]).toEqual([
        idsOf([near!, other!]),
        [still!.node],
      ]);
      expect(ms).toBeGreaterThan(900);
      await near!.knows([other!]);
      still!.signal("SIGCONT");
      await allAnswerAgain(all);
    },
    timeoutMs,
  );

  test(
    "do not wait for one that is stopped, and then killed, while it is asked",
    async () => {
      const [near, victim, other] = all.nodes;
      victim!.signal("SIGSTOP");
      const asking = near!.ask("who", null, 50_000);
      await all.kill(victim!);
      const { answers, missing, ms } = await asking;
      expect([[...answers.keys()].toSorted(), missing]).toEqual([
        idsOf([near!, other!]),
        [victim!.node],
      ]);
      expect(ms).toBeLessThan(goneMs);
      await all.know();
      await all.add();
      await allAnswerAgain(all);
    },
    timeoutMs,
  );

  test("have had no faults", () => {
    expect(all.nodes.flatMap(({ faults }) => faults)).toEqual([]);
  });
});

describeWith(redisProgram, "Redis")("nodes without clients", () => {
  test(
    "forget one that leaves long before its lease would end",
    async () => {
      const patient = { CLUSTER_LEASE_SECONDS: "60" };
      await using all = await ControlNodes.start(await RedisServer.start(), 3, patient);
      const [leaving] = all.nodes.splice(0, 1);
      await leaving!.leave();
      await all.know();
    },
    timeoutMs,
  );

  test(
    "answer by this node alone while Redis is away, and all again when it is back",
    async () => {
      await using all = await ControlNodes.start(await RedisServer.start(), 3);
      const [near] = all.nodes;
      await all.place.kill();
      await until(async () => !(await near!.state()).isReachable, "Redis is still reached");
      const { answers, missing, ms } = await near!.ask("who", null, 30_000);
      expect([[...answers.keys()], missing.length]).toEqual([[near!.node], 2]);
      expect(ms).toBeLessThan(5000);
      await all.place.restart();
      await all.reach();
      await allAnswerAgain(all);
    },
    timeoutMs,
  );

  test(
    "answer by those that are reached while a master of a Redis Cluster is away",
    async () => {
      await using all = await ControlNodes.start(await RedisCluster.start(), 4);
      const [near] = all.nodes;
      for (const master of all.place.masters) {
        const away = [];
        for (const node of all.nodes) {
          const { id } = await all.place.masterOf(`signalbox:node:${node.node}`);
          if (id === master.id) away.push(node);
        }
        await master.kill();
        await until(async () => !(await near!.state()).isReachable, "the master is still reached");
        const { answers, missing } = await near!.ask("who", null, 3000);
        const due = away.includes(near!) ? all.nodes : away;
        expect(answers.has(near!.node)).toBe(true);
        expect(idsOf(due)).toEqual(expect.arrayContaining([...missing]));
        expect(answers.size + missing.length).toBe(all.nodes.length);
        await master.restart();
        await all.place.untilOk();
        await all.reach();
        await allAnswerAgain(all);
      }
    },
    timeoutMs,
  );

  test(
    "answer again when the master that Sentinels find was killed while they were asked",
    async () => {
      await using all = await ControlNodes.start(await Sentinels.start(), 3);
      const [near] = all.nodes;
      const asking = near!.ask("never", null, 2000);
      await all.place.killMaster();
      expect((await asking).answers.size).toBe(0);
      await all.reach();
      await allAnswerAgain(all);
    },
    timeoutMs,
  );
});

describeWith(redisProgram, "Redis")("relays between two nodes", () => {
  /** A node in this process with one member in each topic that it opens, and what that is sent. */
  function join(environment: Readonly<Record<string, string>>, take: (frame: string) => void) {
    const reading = readSettings(clusterOptions, new Map(), environment);
    if ("problems" in reading) throw new Error(reading.problems.join());
    const ignore = () => undefined;
    const log = { info: ignore, warn: ignore, error: ignore };
    const membership = joinCluster(reading.settings, log);
    if (membership === undefined) throw new Error("it has no Redis");
    const id = memberId(`member-${membership.bus.node}`);
    const link = membership.bus.link("test", {
      local: () => [{ id, info: null }],
      remoteJoined: ignore,
      remoteUpdated: ignore,
      remoteLeft: ignore,
      remoteRelay: (_topic, _to, frame) => {
        take(frame);
        return "sent";
      },
      remoteBroadcast: ignore,
    });
    return { ...membership, id, link };
  }

  test(
    "do not wait for long answers",
    async () => {
      await using redis = await RedisServer.start();
      await using stack = new AsyncDisposableStack();
      const arrivals = new Map<string, () => void>();
      const near = join(redis.environment, () => undefined);
      const far = join(redis.environment, (frame) => arrivals.get(frame)?.());
      for (const { leave } of [near, far]) stack.defer(leave);
      for (let left = 3; left > 0; left--) stack.use(await ControlNode.start(redis.environment));
      await until(() => [...far.bus.others].length === 4, "the nodes do not know each other");
      const topic = topicName("t")!;
      for (const { link } of [far, near]) link.open(topic);
      await near.link.known(topic);

      /** Milliseconds that a relay takes. */
      async function relay(frame: string): Promise<number> {
        const { promise, resolve } = Promise.withResolvers<void>();
        arrivals.set(frame, resolve);
        const since = performance.now();
        const relayed = { to: far.id, frame, failed: () => undefined, held: 0 };
        expect(near.link.relay(topic, far.bus.node, relayed)).toBe("sent");
        await promise;
        return performance.now() - since;
      }

      let isAsking = true;
      const asking = async () => {
        for (let left = 20; left > 0; left--) {
          const { answers } = await far.bus.ask("long", 300_000, 20_000);
          expect([...answers.values()].map((answer) => String(answer).length)).toEqual(
            Array(3).fill(300_000),
          );
        }
        isAsking = false;
      };
      const asked = asking();
      const took: number[] = [];
      while (isAsking) took.push(await relay(`frame ${took.length}`));
      await asked;
      const inOrder = took.toSorted((one, other) => one - other);
      expect(took.length).toBeGreaterThan(20);
      expect(inOrder[Math.floor(took.length * 0.9)]).toBeLessThan(50);
    },
    timeoutMs,
  );
});
