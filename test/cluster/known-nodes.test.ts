import { expect, test } from "bun:test";
import { KnownNodes } from "../../src/cluster/known-nodes.ts";
import { Lease } from "../../src/cluster/lease.ts";
import { newNodeId } from "../../src/core/ids.ts";
import { fakeContext, leaseMs } from "./fake-context.ts";
import { FakeRedis } from "./fake-redis.ts";

/** The nodes that one knows which holds its lease; `go` lets commands be answered. */
async function open() {
  const redis = new FakeRedis();
  const carrier = redis.carrier();
  carrier.connect();
  const context = fakeContext(redis, carrier);
  const lease = new Lease(context);
  const nodes = new KnownNodes(context, lease);
  const go = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
    let isDone = false;
    asked.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      for (const lane of redis.lanes) for (const run of lane.splice(0)) run();
      await new Promise(setImmediate);
    }
    return await asked;
  };
  const exists = (node: string) => redis.set(`test:lease:${node}`, '{"epoch":7}', leaseMs);
  await go(lease.take(1));
  return { redis, nodes, go, exists };
}

test("a node is alive once its lease was seen, and one without is gone at once", async () => {
  const { nodes, go, exists } = await open();
  const [real, unreal] = [newNodeId(), newNodeId()];
  exists(real);
  const heard = [real, unreal].map((node) => nodes.heard(node));
  const before = [...nodes.alive()];
  const look = await go(nodes.lookAtNew());
  expect([heard, before, look]).toEqual([[true, true], [], { alive: [[real, 7]], gone: [unreal] }]);
  expect([...nodes.alive()]).toEqual([real]);
});

test("a node whose lease was seen is gone once that is, and it has said nothing for as long", async () => {
  const { redis, nodes, go, exists } = await open();
  const node = newNodeId();
  exists(node);
  nodes.heard(node);
  await go(nodes.lookAtNew());
  redis.time += leaseMs;
  nodes.heard(node);
  const talking = await go(nodes.look());
  redis.time += leaseMs;
  const silent = await go(nodes.look());
  expect([talking.gone, silent.gone]).toEqual([[], [node]]);
});

test("only so many nodes are listened to whose leases were not seen, and any number of others", async () => {
  const { nodes, go, exists } = await open();
  const first = Array.from({ length: 1024 }, newNodeId);
  for (const node of first) exists(node);
  const heard = first.every((node) => nodes.heard(node));
  const more = nodes.heard(newNodeId());
  await go(nodes.lookAtNew());
  expect([heard, more, nodes.heard(newNodeId()), nodes.heard(first[0]!)]).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

test("a node whose lease was not seen is listened to in so many topics, and then in all", async () => {
  const { nodes, go, exists } = await open();
  const node = newNodeId();
  exists(node);
  nodes.heard(node);
  for (let index = 0; index < 2047; index++) nodes.opened(node, `topic-${index}`);
  const heard = [nodes.heard(node)];
  nodes.opened(node, "one too many");
  heard.push(nodes.heard(node));
  await go(nodes.lookAtNew());
  expect([...heard, nodes.heard(node)]).toEqual([true, false, true]);
});
