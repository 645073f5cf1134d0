// Batches are numbered by channel, and numbers are forgotten with their channels: nothing is kept of what has
// ended, and what begins anew is not taken for a gap.

import { describe, expect, test } from "bun:test";
import { Control } from "../../src/cluster/control.ts";
import { Incoming } from "../../src/cluster/incoming.ts";
import { KnownNodes } from "../../src/cluster/known-nodes.ts";
import { Lease } from "../../src/cluster/lease.ts";
import type { Batch, NodePart } from "../../src/cluster/message.ts";
import { Outgoing } from "../../src/cluster/outgoing.ts";
import { Topics } from "../../src/cluster/topics.ts";
import { newNodeId } from "../../src/core/ids.ts";
import { batchOf, read, textOf } from "./batches.ts";
import { fakeContext, leaseMs, toldNothing } from "./fake-context.ts";
import { FakeRedis } from "./fake-redis.ts";
import { type Station, World } from "./world.ts";

async function open(isSharded: boolean) {
  const world = new World(isSharded, 2);
  await world.moveAll();
  const published: { readonly channel: string; readonly batch: Batch }[] = [];
  const publish = world.redis.publish.bind(world.redis);
  world.redis.publish = (channel, text) => {
    published.push({ channel, batch: read(text)! });
    return publish(channel, text);
  };
  const [near, far] = world.stations as [Station, Station];
  return { world, near, far, published };
}

/** Topics come and go on each node. */
async function useTopics({ world, near, far }: Awaited<ReturnType<typeof open>>): Promise<void> {
  for (const station of [near, far, near]) {
    world.join(station, "before");
    await world.moveAll();
    world.leave(world.residents.at(-1)!);
    await world.moveAll();
  }
}

const partsOf = ({ batch }: { readonly batch: Batch }) => batch.b as readonly NodePart[];

const kinds = [
  ["one Redis", false],
  ["Redis Cluster", true],
] as const;

describe.each(kinds)("with %s", (_kind, isSharded) => {
  test("no relay is reported where nothing goes wrong, and nothing is taken for lost", async () => {
    const opened = await open(isSharded);
    const { world, near, far, published } = opened;
    await useTopics(opened);
    world.join(near, "t");
    await world.moveAll();
    world.join(far, "t");
    const reported: string[] = [];
    const [ann, bob] = world.residents;
    for (const { member } of [ann!, bob!])
      member.peer.conversation = { failed: (reference) => reported.push(reference) };
    for (let round = 0; round < 5; round++) {
      // At once when they have heard of each other, and then with answers on their way.
      for (const [from, to] of [[ann!, bob!] as const, [bob!, ann!] as const])
        if (from.member.topic.members.get(to.id) !== undefined) world.relay(from, to.id);
      await world.moveFrom(near, far);
      if (round % 2 === 1) await world.advance(100);
      await world.moveAll();
    }
    const lost = published.flatMap(partsOf).filter(({ t }) => t === "lost");
    expect([reported, lost]).toEqual([[], []]);
    world.check();
  });

  test("numbers go on above those that are forgotten", async () => {
    const opened = await open(isSharded);
    const { world, published } = opened;
    for (let round = 0; round < 3; round++) await useTopics(opened);
    world.check();
    const last = new Map<string, number>();
    for (const { channel, batch } of published) {
      const stream = `${batch.n} ${channel}`;
      expect(batch.s).toBeGreaterThan(last.get(stream) ?? 0);
      last.set(stream, batch.s);
    }
  });
});

test("a topic that is opened again has an inbox that begins anew, with Redis Cluster", async () => {
  const { world, near, far, published } = await open(true);
  world.join(near, "t");
  for (let round = 0; round < 2; round++) {
    await world.moveAll();
    world.join(far, "t");
    await world.moveAll();
    world.leave(world.residents.at(-1)!);
  }
  await world.moveAll();
  const states = published.filter((each) => partsOf(each).some(({ t }) => t === "state"));
  expect(states.map(({ batch }) => [batch.n, batch.f])).toEqual([
    [near.cluster.node, 1],
    [near.cluster.node, 1],
  ]);
});

test("a node that is gone is forgotten, though no topic was shared at the end", async () => {
  const { world, near, far, published } = await open(false);
  for (const station of [near, far]) world.join(station, "t");
  await world.moveAll();
  world.leave(world.residents.at(-1)!);
  await world.moveAll();
  far.isPaused = true;
  for (let left = 2 * leaseMs; left > 0; left -= 100) {
    await world.advance(100);
    await world.moveAll();
  }
  far.isPaused = false;
  published.length = 0;
  await world.recover();
  world.join(far, "t");
  await world.moveAll();
  const inbox = `test:node:${far.cluster.node}`;
  const firsts = published.filter(({ channel }) => channel === inbox).map(({ batch }) => batch.f);
  expect([firsts[0], firsts.slice(1).includes(1)]).toEqual([1, false]);
  await world.recover();
  world.check();
});

describe("an inbox", () => {
  const [from, channel] = [newNodeId(), "test:node:inbox"];
  const relay = '{"t":"relay","c":"test:{hub/closed}","to":"x","f":"frame"}';

  /** One node; what it says, and what it gives up. A relay to the other is under way all the time. */
  function openInbox() {
    const redis = new FakeRedis();
    const carrier = redis.carrier();
    const ticks: (() => void)[] = [];
    const context = fakeContext(redis, carrier, toldNothing(), (run) => ticks.push(run));
    const told: string[] = [];
    carrier.publish = (_, message) => {
      told.push(...(read(textOf(message))?.b ?? []).map(({ t }) => t));
      return Promise.resolve(1);
    };
    const lease = new Lease(context);
    const nodes = new KnownNodes(context, lease);
    const outgoing = new Outgoing(context, lease, () => undefined);
    const topics = new Topics(context, nodes, outgoing);
    const control = new Control(context, nodes, outgoing, () => undefined);
    const incoming = new Incoming(context, lease, nodes, topics, control, outgoing);
    const { inFlight } = outgoing;
    const tell = () => {
      for (const run of ticks.splice(0)) run();
    };
    const hear = (s: number, isFirst = false) => {
      if (inFlight.admits("far", from, 1))
        inFlight.expect("far", 1, [{ failed: () => told.push("given up"), held: 1 }]);
      incoming.hear(channel, Buffer.from(batchOf(from, 1, s, [relay], isFirst)));
      tell();
      inFlight.got("far", 1);
    };
    const answer = () => {
      incoming.answer();
      tell();
    };
    return { incoming, told, hear, answer };
  }

  test("takes the first batch of a node for no gap, a higher number for one, and says that others are lost", () => {
    const { told, hear } = openInbox();
    hear(7, true);
    hear(9);
    hear(9);
    hear(12, true);
    const gap = ["given up", "lost", "failed"];
    expect(told).toEqual(["failed", ...gap, "lost", "got", ...gap]);
  });

  test("that is closed tells what has come, and forgets", () => {
    const { incoming, told, hear, answer } = openInbox();
    hear(7, true);
    incoming.forgetChannel(channel);
    answer();
    hear(3, true);
    expect(told).toEqual(["failed", "got", "failed"]);
  });

  test("forgets a node that is gone, and owes it no answer", () => {
    const { incoming, told, hear, answer } = openInbox();
    hear(7, true);
    incoming.forgetNode(from);
    answer();
    hear(3, true);
    expect(told).toEqual(["failed", "failed"]);
  });
});
