// What nodes may do while clients on three of them talk without pause.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { ClusterOfNodes, leaseSeconds, logged, type NodeProcess } from "../../support/cluster.ts";
import { describeWith } from "../../support/missing.ts";
import { redisProgram } from "../../support/redis-server.ts";
import { Talkers, until } from "../../support/talkers.ts";

const timeoutMs = 60_000;

/** Frames that must arrive before and after something is done to a node. */
const frames = 500;

const perNode = 4;

/**
 * Milliseconds until a node that is gone is gone for everybody: its lease, the next look at it, and what a
 * busy machine adds.
 */
const goneMs = leaseSeconds * 1000 * (4 / 3) + 20_000;

describeWith(redisProgram, "Redis")("clients on three nodes that talk without pause", () => {
  let cluster: ClusterOfNodes;
  let talkers: Talkers;
  /** Those that take clients. */
  let open: NodeProcess[];

  beforeAll(async () => {
    cluster = await ClusterOfNodes.start(3, {
      LOG_LEVEL: "info",
      DRAIN_SECONDS: "2",
      RESUME_SECONDS: "0",
    });
    open = [...cluster.nodes];
    talkers = new Talkers(() => open.map(({ url }) => url));
    talkers.add(perNode, 2);
    await talkers.settle();
  }, timeoutMs);

  afterAll(async () => {
    talkers[Symbol.dispose]();
    await cluster[Symbol.asyncDispose]();
  });

  async function allIsWell(): Promise<void> {
    await talkers.talk(frames);
    await talkers.settle();
    expect(talkers.wrongs).toEqual([]);
  }

  test(
    "meet again when a node is killed; those that were on it are gone within its lease and a renewal",
    async () => {
      await talkers.talk(frames);
      const [victim] = open.splice(0, 1);
      const since = performance.now();
      victim?.signal("SIGKILL");
      await talkers.settle();
      expect(performance.now() - since).toBeLessThan(goneMs);
      const { node } = await victim!.logged(({ msg }) => msg === logged.joined);
      const gone = open.map((other) => other.logged(({ msg }) => msg === logged.gone));
      expect((await Promise.all(gone)).map((line) => line["node"])).toEqual([node, node]);
      open.push(await cluster.add());
      await allIsWell();
    },
    timeoutMs,
  );

  test(
    "lose those of a node that stands still, once, and meet them again when it goes on",
    async () => {
      await talkers.talk(frames);
      const [victim] = open;
      if (victim === undefined) throw new Error("there is no node");
      const away = talkers.on(victim.url);
      const others = talkers.all.length - away;
      const { lefts, returns } = talkers;
      victim.signal("SIGSTOP");
      const due = talkers.pairsAcross(victim.url);
      await until(() => talkers.lefts >= lefts + due, "those of a paused node are not gone");
      victim.signal("SIGCONT");
      await allIsWell();
      const told = [talkers.lefts - lefts, talkers.returns - returns];
      expect([away > 0 && others > 0, told]).toEqual([true, [due, due]]);
    },
    timeoutMs,
  );

  test(
    "are moved on when all nodes are restarted one by one: nobody is announced twice, or forgotten",
    async () => {
      const { returns } = talkers;
      const before = talkers.codes.length;
      const moved: number[] = [];
      for (let round = 0; round < 3; round++) {
        await talkers.talk(frames);
        const node = await cluster.add();
        const [old] = open.splice(0, 1, node);
        if (old === undefined) throw new Error("there is no node");
        moved.push(talkers.on(old.url));
        old.signal("SIGTERM");
        expect(await old.exited).toBe(0);
        await talkers.settle();
        expect(talkers.on(old.url)).toBe(0);
      }
      await allIsWell();
      const count = moved.reduce((sum, each) => sum + each, 0);
      expect([count > 0, talkers.codes.slice(before), talkers.returns]).toEqual([
        true,
        Array(count).fill(1012),
        returns,
      ]);
    },
    timeoutMs,
  );
});
