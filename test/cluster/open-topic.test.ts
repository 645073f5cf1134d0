import { describe, expect, test } from "bun:test";
import { KnownNodes } from "../../src/cluster/known-nodes.ts";
import { Lease } from "../../src/cluster/lease.ts";
import type { TopicPart } from "../../src/cluster/message.ts";
import { OpenTopic } from "../../src/cluster/open-topic.ts";
import { Outgoing } from "../../src/cluster/outgoing.ts";
import type { Receiver } from "../../src/core/bus.ts";
import { newNodeId, topicName } from "../../src/core/ids.ts";
import { fakeContext } from "./fake-context.ts";
import { FakeRedis } from "./fake-redis.ts";

const [one, other] = [newNodeId(), newNodeId()];

function open() {
  /** What the hub shows: the node of each member. */
  const shown = new Map<string, string>();
  const receiver: Receiver = {
    local: () => [],
    remoteJoined: (_topic, id, _info, node) => shown.set(id, node),
    remoteUpdated: () => undefined,
    remoteLeft: (_topic, id, node) => {
      if (shown.get(id) === node) shown.delete(id);
    },
    remoteRelay: () => "absent",
    remoteBroadcast: () => undefined,
  };
  const redis = new FakeRedis();
  const context = fakeContext(redis, redis.carrier());
  const lease = new Lease(context);
  const outgoing = new Outgoing(context, lease, () => undefined);
  const channel = "test:{hub/t}";
  const nodes = new KnownNodes(context, lease);
  const topic = new OpenTopic(channel, topicName("t")!, receiver, nodes, outgoing);
  const answer = (node: typeof one, re?: number) =>
    topic.state(node, 1, { t: "state", c: channel, at: 1, re, m: [] }, 0);
  const state = (node: typeof one, at: number, ...ids: readonly string[]) =>
    topic.state(node, 1, { t: "state", c: channel, at, m: ids.map((id) => ({ id })) }, 0);
  const says = (node: typeof one, s: number, part: TopicPart) =>
    topic.heard({ v: 2, n: node, e: 1, s, b: [part] }, 0);
  return { topic, answer, state, says, shown };
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

describe("a member that moves", () => {
  test("and has left its new node by then is gone once that node has answered", () => {
    const { topic, state, says, shown } = open();
    state(other, 4);
    state(one, 1, "x");
    says(one, 2, { t: "left", id: "x", to: other });
    const seen = [shown.get("x"), topic.isStale];
    state(other, 4);
    expect([...seen, shown.get("x"), topic.isStale]).toEqual([other, true, undefined, false]);
  });

  test("is on its new node, though the old one has told later that it had it", () => {
    const { topic, state, says, shown } = open();
    state(other, 4);
    state(one, 1, "x");
    says(other, 5, { t: "joined", id: "x", from: one });
    state(one, 1, "x");
    says(one, 2, { t: "left", id: "x", to: other });
    const before = shown.get("x");
    says(other, 6, { t: "left", id: "x" });
    expect([before, topic.isStale, shown.get("x")]).toEqual([other, false, undefined]);
  });

  test("and is more than there is room for on its new node is gone", () => {
    const { state, says, shown } = open();
    state(other, 4);
    state(one, 1, "x");
    says(other, 5, { t: "joined", id: "x", info: "x".repeat(65_536), from: one });
    expect(shown.get("x")).toBeUndefined();
  });

  test("to and fro is not gone for what its new node tells of earlier", () => {
    const { state, says, shown } = open();
    state(other, 4);
    state(one, 1, "x");
    says(one, 2, { t: "left", id: "x", to: other });
    says(other, 5, { t: "left", id: "x", to: one });
    says(other, 6, { t: "joined", id: "x", from: one });
    const before = shown.get("x");
    says(other, 7, { t: "left", id: "x" });
    expect([before, shown.get("x")]).toEqual([other, undefined]);
  });

  test("to a node that owes an answer is not gone because the old one has told less meanwhile", () => {
    const { state, says, shown } = open();
    state(other, 4);
    state(one, 1, "x", "y");
    says(one, 2, { t: "left", id: "x", to: other });
    says(other, 5, { t: "joined", id: "y", from: one });
    state(one, 3);
    expect(shown).toEqual(
      new Map([
        ["x", other],
        ["y", other],
      ]),
    );
  });
});
