// Changes of what members show of themselves, as the others are told of them.

import { expect, test } from "bun:test";
import * as v from "valibot";
import type { Bus } from "../../src/core/bus.ts";
import { Hub } from "../../src/core/hub.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import { channelFrom, gatherFrom, type Limits } from "../../src/core/limits.ts";
import { FakeNetwork } from "../support/fake-bus.ts";
import { FakeNode } from "../support/fake-node.ts";

const room = topicName("room")!;

class Showing extends FakeNode {
  readonly hub: Hub<string>;

  constructor(bus?: Bus, limits: Partial<Limits> = {}) {
    super(limits, bus);
    this.hub = new Hub<string>(this.node, "test", {
      info: v.pipe(v.string(), v.maxLength(5)),
      left: ({ id }) => `-${id}`,
      updated: ({ id, info }) => `${id} is ${info}`,
      snapshot: ({ topic }) =>
        Array.from(topic.members.values(), ({ id, info }) => `${id}=${info}`),
    });
  }

  join(id: string) {
    const connected = this.connect();
    const member = this.hub.join(connected.peer, room, { id: memberId(id), info: "new" });
    if (typeof member === "string") throw new Error(member);
    const read = (): readonly string[] => {
      this.endTick();
      return connected.socket.received.splice(0);
    };
    return { ...connected, member, read };
  }
}

test("members are told of a change on all nodes, the changed one too", async () => {
  const network = new FakeNetwork();
  const [near, far] = [0, 1].map(() => new Showing(network.bus())) as [Showing, Showing];
  const [ann, bob] = [near.join("ann"), far.join("bob")];
  await network.settle();
  near.hub.update(ann.member, "busy");
  await network.settle();
  expect([ann.read(), bob.read()]).toEqual([["ann is busy"], ["ann is busy"]]);
  expect(far.hub.topic("room")?.members.get("ann")?.info).toBe("busy");
});

test("a change that another node tells of is checked", async () => {
  const network = new FakeNetwork();
  const [near, far] = [0, 1].map(() => new Showing(network.bus())) as [Showing, Showing];
  const [ann, bob] = [near.join("ann"), far.join("bob")];
  await network.settle();
  near.hub.update(ann.member, "far too long");
  await network.settle();
  expect([bob.read(), far.hub.topic("room")?.members.get("ann")?.info]).toEqual([[], "new"]);
});

test("a change is told on the native channel too", () => {
  const node = new Showing();
  const crowd = Array.from({ length: channelFrom }, (_, index) => node.join(`${index}`));
  node.hub.update(crowd[0]!.member, "busy");
  expect(crowd.map(({ read }) => read())).toEqual(crowd.map(() => ["0 is busy"]));
});

test("of several changes that gather in a large topic the last is told, and none of who has left", () => {
  const node = new Showing();
  const crowd = Array.from({ length: gatherFrom }, (_, index) => node.join(`${index}`));
  const [ann, bob, cid] = [node.join("ann"), node.join("bob"), node.join("cid")];
  for (const info of ["1", "2"]) for (const { member } of [ann, bob]) node.hub.update(member, info);
  node.hub.leave(bob.member);
  // Who is told ahead of the others is told of later changes all the same.
  node.hub.relay(ann.peer, ann.member.topic, "cid", "hello");
  node.hub.update(ann.member, "3");
  expect(cid.read()).toEqual(["ann is 2", "-bob", "hello", "ann is 3"]);
  expect(crowd.map(({ read }) => read())).toEqual(crowd.map(() => ["-bob", "ann is 3"]));
});

test("each copy of a change counts for who has changed", () => {
  const node = new Showing(undefined, { framesPerSecond: 1 });
  const crowd = Array.from({ length: 10 }, (_, index) => node.join(`${index}`));
  const { member, peer } = crowd[0]!;
  node.hub.update(member, "1");
  expect(peer.spend(1)).toBe(true);
  node.hub.update(member, "2");
  expect(peer.spend(1)).toBe(false);
});

test("who misses a change gets a snapshot, which may be several frames", () => {
  const node = new Showing(undefined, { maxQueuedFrames: 2 });
  const [ann, bob] = [node.join("ann"), node.join("bob")];
  bob.socket.stall();
  for (const text of ["1", "2", "3"]) {
    bob.peer.send(text);
    node.endTick();
  }
  node.hub.update(ann.member, "busy");
  node.endTick();
  bob.socket.read();
  expect(bob.read()).toEqual(["1", "2", "3", "ann=busy", "bob=new"]);
});
