// Faults that were found by reading: each test is named after one.

import { expect, test } from "bun:test";
import * as v from "valibot";
import { Hub } from "../../src/core/hub.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import { FakeNode } from "../support/fake-node.ts";
import { HubMembers } from "./hub-members.ts";
import { RecordingBus } from "./recording-bus.ts";

const room = topicName("room")!;
const fault = new Error("a fault");

test("a member for whom one announcement could not be rewritten is not left deaf", () => {
  const fake = new FakeNode();
  const hub = new Hub<null>(fake.node, "test", {
    info: v.null(),
    joined: ({ id }) => `+${id}`,
    snapshot: ({ topic }) => `=${[...topic.members.keys()].join(",")}`,
  });
  const { peer, socket } = fake.connect();
  const render = (frame: string): string => {
    if (frame === "+bob") throw fault;
    return frame;
  };
  hub.join(peer, room, { id: memberId("ann"), info: null, render });
  for (const id of ["bob", "cid"])
    hub.join(fake.connect().peer, room, { id: memberId(id), info: null });
  hub.broadcast(peer, hub.topic("room")!, "hello");
  fake.endTick();
  // Either it is closed, as one whose outbox has failed, or it is shown the topic and goes on.
  const isClosed = socket.end?.code === 1011;
  expect([fake.faults, isClosed || socket.received.includes("hello")]).toEqual([[fault], true]);
});

test("what is gathered stays before the left of a peer that a fault of the same flush has closed", () => {
  const all = new HubMembers();
  all.crowd();
  const bob = all.join("bob");
  const cid = all.join("cid");
  all.endTick();
  Object.assign(bob.socket, {
    sendText: () => {
      throw fault;
    },
  });
  bob.peer.send("to bob");
  all.relay("bob", "cid", "from bob");
  for (let ticks = 2; ticks > 0; ticks--) all.endTick();
  expect(cid.socket.received).toEqual(["from bob", "-bob"]);
});

test("an empty frame of another node stalls nobody", () => {
  const bus = new RecordingBus();
  const all = new HubMembers({}, bus);
  const { peer } = all.join("ann");
  bus.receiver.remoteRelay(room, "ann", "");
  bus.receiver.remoteBroadcast(room, "");
  all.endTick();
  bus.receiver.remoteBroadcast(room, "hello");
  expect([all.heard(), peer.outbox.isBackedUp]).toEqual([{ ann: ["hello"] }, false]);
});

function openWithTwoFar() {
  const bus = new RecordingBus();
  const all = new HubMembers({}, bus);
  const { peer, member } = all.join("ann");
  for (const id of ["far1", "far2"]) bus.receiver.remoteJoined(room, id, "", bus.far);
  all.hub.relayToAny(peer, member.topic, ["far1", "far2"], "frame", "m1");
  return { bus, all };
}

test("a relay to any of several is told to have failed only if none has taken it, on whichever node", () => {
  const { bus, all } = openWithTwoFar();
  bus.relays[0]!.failed("dropped");
  expect(all.failures).toEqual([]);
});

test("a relay to any of several that fails on its way counts once", () => {
  const { bus, all } = openWithTwoFar();
  for (const { failed } of bus.relays) failed("absent");
  expect([all.hub.counts.outcomes.sent, all.hub.counts.lateFailures.absent, all.failures]).toEqual([
    1,
    1,
    ["ann: m1 absent"],
  ]);
});

test("who is told of all that come and go is told so in order, though a fault at the news of one ends another", () => {
  const fake = new FakeNode();
  const told: unknown[] = [];
  const observer = {
    traffic: fake.traffic,
    joined: (_peer: unknown, topic: string) => told.push(["joined", hub.topic(topic)?.localCount]),
    left: (_peer: unknown, topic: string) => told.push(["left", hub.topic(topic)?.localCount]),
  };
  const spec = { info: v.null(), left: ({ id }: { readonly id: string }) => `-${id}` };
  const hub: Hub<null> = new Hub<null>(fake.node, "test", spec, observer);
  const join = (id: string, render?: () => string) => {
    const leave = (): void => {
      if (typeof member !== "string") hub.leave(member);
    };
    const joining = { id: memberId(id), info: null, ...(render && { render }) };
    const member = hub.join(fake.connect(leave).peer, room, joining);
    return leave;
  };
  const leave = join("ann");
  join("bob", () => {
    throw fault;
  });
  leave();
  expect(told).toEqual([
    ["joined", 1],
    ["joined", 2],
    ["left", 1],
    ["left", 0],
  ]);
});
