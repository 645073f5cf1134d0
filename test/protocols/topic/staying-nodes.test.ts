// A membership that goes on at another node: one that lives, one that is cut off, and one that has no answer.

import { expect, test } from "bun:test";
import { topic } from "../../../src/protocols/topic/routes.ts";
import { FakeNetwork } from "../../support/fake-bus.ts";
import { FakeServer } from "../../support/fake-server.ts";
import { StayingClient } from "./staying-client.ts";
import { StayingWorld } from "./staying-world.ts";

/** Ann may come back and is on the first node, Bob is on the second, Cid on the third. */
async function openThree(limits = {}) {
  const network = new FakeNetwork();
  const buses = [network.bus(), network.bus(), network.bus()] as const;
  const servers = buses.map((bus) => new FakeServer([topic], limits, bus));
  const [near, far, third] = servers as [FakeServer, FakeServer, FakeServer];
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 4; round++) {
      await network.settle();
      for (const server of servers) server.endTick();
    }
  };
  const join = async (server: FakeServer, isPlain: boolean): Promise<StayingClient> => {
    const client = new StayingClient(server, { isPlain });
    await settle();
    client.read();
    return client;
  };
  const ann = await join(near, false);
  const bob = await join(far, true);
  const cid = await join(third, true);
  for (const client of [ann, bob, cid]) client.read();
  return { network, buses, near, far, third, settle, join, ann, bob, cid };
}

/** Comes back on a node. What the nodes have said to each other by then is still on its way. */
async function comeBack(client: StayingClient, server: FakeServer): Promise<void> {
  client.resume({ server });
  while (client.read().length === 0) {
    await new Promise(setImmediate);
    server.endTick();
  }
}

const offer = (to: StayingClient, msgId: string) => ({ type: "offer", to: to.id, msgId });

test("a client comes back on another node, with what it missed, and nobody hears of it", async () => {
  const { near, far, settle, ann, bob, cid } = await openThree({ resumeSeconds: 5 });
  const { id } = ann;
  ann.cut();
  bob.send(offer(ann, "1"));
  cid.send(offer(ann, "2"));
  await settle();
  ann.resume({ server: far });
  await settle();
  expect(ann.read()).toMatchObject([
    { type: "welcome", selfId: id, resumed: true },
    { msgId: "1" },
    { msgId: "2" },
    { type: "peer-list", peers: [{ id: bob.id }, { id: cid.id }] },
  ]);
  expect(ann.welcome["missed"]).toBeUndefined();
  for (const server of [near, far]) server.sweep(10);
  cid.send(offer(ann, "3"));
  bob.send(offer(ann, "4"));
  ann.send(offer(cid, "5"));
  await settle();
  expect([bob.read(), cid.read()]).toEqual([[], [{ type: "offer", from: id, msgId: "5" }]]);
  expect(new Set(ann.read().map(({ msgId }) => msgId))).toEqual(new Set(["3", "4"]));
});

test("a client comes back on another node though the last one of its topic there leaves meanwhile", async () => {
  const { far, settle, ann, bob, cid } = await openThree();
  const { id } = ann;
  ann.cut();
  ann.resume({ server: far });
  bob.cut(1000);
  await settle();
  expect(ann.read()).toMatchObject([
    { type: "welcome", selfId: id, resumed: true },
    { type: "peer-left", peerId: bob.id },
    { type: "peer-list", peers: [{ id: cid.id }] },
  ]);
  expect(cid.read()).toEqual([{ type: "peer-left", peerId: bob.id }]);
});

test("a socket that is still open on the other node is closed with 4002", async () => {
  const { far, settle, ann, bob } = await openThree();
  const before = ann.socket;
  ann.resume({ server: far });
  await settle();
  expect(before.end).toEqual({ code: 4002, reason: "resumed elsewhere" });
  expect([ann.read()[0], bob.read()]).toMatchObject([{ resumed: true }, []]);
});

test("two that show one token at once on two nodes: one is the member, the other is new", async () => {
  const { far, third, settle, ann } = await openThree();
  const { id, token } = ann;
  ann.cut();
  const other = new StayingClient(third, { isPlain: true });
  await settle();
  ann.resume({ server: far });
  other.resume({ token, server: third });
  await settle();
  const ids = [ann, other].map((client) => {
    client.read();
    return client.id;
  });
  expect(ids.filter((each) => each === id)).toHaveLength(1);
  expect(new Set(ids).size).toBe(2);
});

test("a client that goes to another node and back is who it was, though its node has not heard of it yet", async () => {
  const { network, near, far, settle, ann, bob, cid } = await openThree();
  const { id } = ann;
  await comeBack(ann, far);
  await comeBack(ann, near);
  expect(ann.welcome).toMatchObject({ selfId: id, resumed: true });
  expect(ann.welcome["missed"]).toBeUndefined();
  network.deliver();
  await settle();
  ann.read();
  for (const client of [bob, cid]) client.send(offer(ann, client.id));
  await settle();
  expect(ann.read()).toMatchObject([{ msgId: bob.id }, { msgId: cid.id }]);
  expect([bob.read(), cid.read()]).toEqual([[], []]);
});

test("a client goes on at its node though the one that took it dies before it says so", async () => {
  const { network, buses, near, far, third, settle, ann, bob, cid } = await openThree({
    resumeSeconds: 5,
  });
  const { id } = ann;
  await comeBack(ann, far);
  network.lose();
  network.cut(buses[1]);
  await comeBack(ann, near);
  expect(ann.welcome).toMatchObject({ selfId: id, resumed: true, missed: true });
  expect(ann.read()).toEqual([]);
  await settle();
  for (const server of [near, third]) server.sweep(10);
  cid.send(offer(ann, "1"));
  await settle();
  expect([ann.read(), cid.read()]).toMatchObject([[{ msgId: "1" }], []]);
  network.heal(buses[1]);
  await settle();
  bob.send(offer(ann, "2"));
  await settle();
  expect([ann.read(), bob.read(), cid.read()]).toMatchObject([[{ msgId: "2" }], [], []]);
  expect([near, far, third].flatMap(({ faults }) => faults)).toEqual([]);
});

test.each([
  ["and its connection is lost", true],
  ["and stays there", false],
] as const)(
  "a client that a node took while it was cut off is who it was when it goes back, %s",
  async (_how, isLost) => {
    const world = await StayingWorld.open(false, 2, 2, {});
    const [ann] = world.visitors;
    world.resume(ann!, 1);
    // Neither the node that has it nor anybody else hears of that.
    world.cut(1);
    await world.settle();
    if (isLost) world.lose(ann!);
    await world.moveAll();
    await world.recover();
    world.check();
  },
);

test("a client that goes back to a node which has not heard that another one took it is who it was", async () => {
  const { network, buses, near, far, settle, ann, bob, cid } = await openThree();
  const { id } = ann;
  network.cut(buses[1]);
  await comeBack(ann, far);
  network.lose();
  network.heal(buses[1]);
  await comeBack(ann, near);
  expect(ann.welcome).toMatchObject({ selfId: id, resumed: true, missed: true });
  await settle();
  for (const client of [bob, cid]) client.send(offer(ann, client.id));
  await settle();
  const signals = ann.read().filter(({ type }) => type === "offer");
  expect(new Set(signals.map(({ msgId }) => msgId))).toEqual(new Set([bob.id, cid.id]));
  expect([bob.read(), cid.read()]).toEqual([[], []]);
});

test("a client is told of a relay that fails when another node has taken it over", async () => {
  const { near, far, settle, ann, bob } = await openThree();
  const dan = new StayingClient(far);
  await settle();
  for (const client of [ann, bob, dan]) client.read();
  dan.cut(1000);
  // On its way when its target has left, and its sender has moved.
  ann.send(offer(dan, "1"));
  near.endTick();
  await comeBack(ann, far);
  await settle();
  expect(ann.read()).toContainEqual({
    type: "error",
    code: "target_not_found",
    message: "peer not found",
    msgId: "1",
  });
});

test("a token that was used on one node is not good on another", async () => {
  const { near, far, settle, ann } = await openThree();
  const { id, token } = ann;
  ann.cut();
  ann.resume({ server: near });
  await settle();
  ann.read();
  ann.cut();
  ann.resume({ token, server: far });
  await settle();
  expect([ann.read()[0], ann.id === id]).toMatchObject([{ resumed: false }, false]);
});

test("a node that cannot be reached is not waited for: its member goes on, and is told so", async () => {
  const { network, buses, far, third, settle, ann, bob, cid } = await openThree();
  const { id } = ann;
  network.cut(buses[0]);
  bob.send(offer(ann, "lost"));
  ann.resume({ server: far });
  await settle();
  expect(ann.read()).toMatchObject([
    { type: "welcome", selfId: id, resumed: true, missed: true },
    { type: "peer-list", peers: [{ id: bob.id }, { id: cid.id }] },
  ]);
  expect(bob.read()).toMatchObject([{ code: "dropped", msgId: "lost" }]);
  network.heal(buses[0]);
  await settle();
  ann.send(offer(cid, "1"));
  cid.send(offer(ann, "2"));
  await settle();
  expect([ann.read(), cid.read()]).toMatchObject([[{ msgId: "2" }], [{ msgId: "1" }]]);
  expect(third.faults).toEqual([]);
});

test("a client goes on at a node that has never heard of its topic, when its own is gone", async () => {
  const network = new FakeNetwork();
  const bus = network.bus();
  const near = new FakeServer([topic], {}, bus);
  const far = new FakeServer([topic], {}, network.bus());
  const ann = new StayingClient(near);
  await network.settle();
  near.endTick();
  ann.read();
  network.cut(bus);
  const { id } = ann;
  ann.resume({ server: far });
  await network.settle();
  far.endTick();
  await network.settle();
  expect(ann.read()[0]).toMatchObject({ selfId: id, resumed: true, missed: true });
});

test("who asks for a member that others have announced as gone is new", async () => {
  const { near, far, settle, ann, bob } = await openThree({ resumeSeconds: 5 });
  const { id } = ann;
  for (const server of [near, far]) server.sweep(10);
  ann.cut();
  near.sweep(10);
  await settle();
  expect(bob.read()).toEqual([{ type: "peer-left", peerId: id }]);
  ann.resume({ server: far });
  await settle();
  expect(ann.read()[0]).toMatchObject({ resumed: false });
});

test("after a restart of all nodes with the same key, a member goes on under its id", async () => {
  const { ann } = await openThree();
  const { id } = ann;
  const before = Date.now();
  while (Date.now() === before) await new Promise(setImmediate);
  const after = new FakeServer([topic]);
  ann.resume({ server: after, path: "/ws/room" });
  await new Promise(setImmediate);
  after.endTick();
  await new Promise(setImmediate);
  expect(ann.read()).toMatchObject([
    { type: "welcome", selfId: id, resumed: true, missed: true },
    { type: "peer-list", peers: [] },
  ]);
});
