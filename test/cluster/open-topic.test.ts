import { expect, test } from "bun:test";
import { KnownNodes } from "../../src/cluster/known-nodes.ts";
import { Lease } from "../../src/cluster/lease.ts";
import { OpenTopic } from "../../src/cluster/open-topic.ts";
import { Outgoing } from "../../src/cluster/outgoing.ts";
import type { Receiver } from "../../src/core/bus.ts";
import { newNodeId, topicName } from "../../src/core/ids.ts";
import { fakeContext } from "./fake-context.ts";
import { FakeRedis } from "./fake-redis.ts";

const [one, other] = [newNodeId(), newNodeId()];

const receiver: Receiver = {
  local: () => [],
  remoteJoined: () => undefined,
  remoteUpdated: () => undefined,
  remoteLeft: () => undefined,
  remoteRelay: () => "absent",
  remoteBroadcast: () => undefined,
};

function open() {
  const redis = new FakeRedis();
  const context = fakeContext(redis, redis.carrier());
  const lease = new Lease(context);
  const outgoing = new Outgoing(context, lease, () => undefined);
  const channel = "test:{hub/t}";
  const nodes = new KnownNodes(context, lease);
  const topic = new OpenTopic(channel, topicName("t")!, receiver, nodes, outgoing);
  const answer = (node: typeof one, re?: number) =>
    topic.state(node, 1, { t: "state", c: channel, at: 1, re, m: [] }, 0);
  return { topic, answer };
}

test("a hello is answered when as many have answered it as have got it, whichever comes first", () => {
  const [early, late] = [open(), open()];
  early.topic.greet(1, 0);
  early.topic.greeted(1, 2);
  early.answer(one, 1);
  early.answer(one, 1);
  const before = early.topic.isAnswered;
  early.answer(other, 1);
  late.topic.greet(1, 0);
  late.answer(one, 1);
  late.topic.greeted(1, 1);
  expect([before, early.topic.isAnswered, late.topic.isAnswered]).toEqual([false, true, true]);
});

test("what concerns an earlier hello, or none, does not count", () => {
  const { topic, answer } = open();
  topic.greet(1, 0);
  topic.greet(2, 0);
  topic.greeted(1, 0);
  const seen = [topic.isAnswered];
  topic.greeted(2, 1);
  answer(one, 1);
  answer(one);
  seen.push(topic.isAnswered);
  answer(other, 2);
  expect([...seen, topic.isAnswered]).toEqual([false, false, true]);
});
