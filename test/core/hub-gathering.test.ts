// Faults of large topics, and of topics that faults close, that were found by reading: each test is named after one.

import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { Hub } from "../../src/core/hub.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import { gatherFrom } from "../../src/core/limits.ts";
import type { LocalMember } from "../../src/core/member.ts";
import { FakeNode, type FakePeer } from "../support/fake-node.ts";
import { HubMembers } from "./hub-members.ts";
import { RecordingBus } from "./recording-bus.ts";

const room = topicName("room")!;
const fault = new Error("a fault");

interface Joined extends FakePeer {
  readonly member: LocalMember<null>;
}

/** Members by their ids, one of whom may be broken: from some time on no frame can be rewritten for it. */
class Crowd extends FakeNode {
  readonly hub: Hub<null>;
  readonly all = new Map<string, Joined>();
  readonly #broken = new Set<string>();

  constructor(count: number, bus?: RecordingBus) {
    super({}, bus);
    this.hub = new Hub<null>(this.node, "test", {
      info: v.null(),
      joined: ({ id }) => `+${id}`,
      left: ({ id }) => `-${id}`,
      snapshot: ({ topic: { members } }) => `=${members.size}`,
    });
    for (let index = 0; index < count; index++) this.join(`~${index}`);
    this.endTick();
    this.endTick();
  }

  join(id: string): Joined {
    const connected = this.connect(() => this.hub.leave(joined.member));
    const render = (frame: string): string => {
      if (this.#broken.has(id)) throw fault;
      return frame;
    };
    const member = this.hub.join(connected.peer, room, { id: memberId(id), info: null, render });
    if (typeof member === "string") throw new Error(member);
    const joined: Joined = { ...connected, member };
    this.all.set(id, joined);
    return joined;
  }

  break(id: string): void {
    this.#broken.add(id);
  }
}

describe("a member of a large topic for whom what has gathered cannot be rewritten", () => {
  function open() {
    const crowd = new Crowd(gatherFrom);
    const bob = crowd.join("bob");
    const cid = crowd.join("cid");
    crowd.endTick();
    crowd.endTick();
    cid.socket.received.length = 0;
    crowd.break("bob");
    crowd.join("dan");
    return { crowd, bob, cid };
  }

  test("is closed, and the others are told", () => {
    const { crowd, bob, cid } = open();
    for (let ticks = 3; ticks > 0; ticks--) crowd.endTick();
    expect([bob.socket.end?.code, crowd.faults, cid.socket.received]).toEqual([
      1011,
      [fault],
      ["+dan", "-bob"],
    ]);
  });

  test("is no fault of a member that sends to it", () => {
    const { crowd, bob, cid } = open();
    const { member } = crowd.join("eve");
    crowd.hub.relay(member.peer, member.topic, "bob", "hello");
    crowd.endTick();
    expect([bob.socket.end?.code, crowd.faults, cid.socket.end]).toEqual([
      1011,
      [fault],
      undefined,
    ]);
  });
});

test("a relay that cannot be rewritten for its receiver ends that one, and not its sender", () => {
  const crowd = new Crowd(0);
  const [ann, bob] = [crowd.join("ann"), crowd.join("bob")];
  crowd.break("bob");
  const { topic, peer } = ann.member;
  expect(crowd.hub.relay(peer, topic, "bob", "hello")).toBe("dropped");
  expect([ann.socket.end, bob.socket.end?.code, crowd.faults]).toEqual([undefined, 1011, [fault]]);
});

test("a snapshot that cannot be rewritten ends its receiver, whoever reads", () => {
  const crowd = new Crowd(0);
  const bob = crowd.join("bob");
  bob.socket.stall();
  bob.peer.send("unread");
  crowd.endTick();
  bob.member.missed = true;
  crowd.break("bob");
  expect(() => bob.socket.read()).not.toThrow();
  expect([bob.socket.end?.code, crowd.faults]).toEqual([1011, [fault]]);
});

test("a broadcast of somebody whom what has gathered has ended is not heard after its left", () => {
  const crowd = new Crowd(gatherFrom);
  const bob = crowd.join("bob");
  crowd.join("cid");
  crowd.break("bob");
  crowd.hub.broadcast(bob.peer, bob.member.topic, "from bob");
  for (let ticks = 3; ticks > 0; ticks--) crowd.endTick();
  expect([crowd.all.get("cid")!.socket.received, crowd.faults]).toEqual([["-bob"], [fault]]);
});

describe("a topic whose only other member is ended by what it is told", () => {
  test("stays open for the one that joins", () => {
    const crowd = new Crowd(0);
    crowd.join("bob");
    crowd.break("bob");
    const { member } = crowd.join("ann");
    expect([
      crowd.hub.topic("room") === member.topic,
      [...member.topic.members.keys()],
      crowd.hub.size,
      crowd.node.topics,
    ]).toEqual([true, ["ann"], 1, 1]);
    crowd.hub.leave(member);
    expect([crowd.hub.topic("room"), crowd.hub.size, crowd.node.topics]).toEqual([undefined, 0, 0]);
  });

  test("is closed once, after the last left", () => {
    const bus = new RecordingBus();
    const crowd = new Crowd(0, bus);
    crowd.join("bob");
    const { member } = crowd.join("ann");
    crowd.break("bob");
    bus.calls.length = 0;
    crowd.hub.leave(member);
    expect([crowd.node.topics, crowd.hub.size, bus.calls]).toEqual([
      0,
      0,
      ["left room bob", "left room ann", "close room"],
    ]);
  });
});

test("a member of another node that moves here is not announced again", () => {
  const bus = new RecordingBus();
  const all = new HubMembers({}, bus);
  all.join("ann");
  bus.receiver.remoteJoined(room, "bob", "", bus.far);
  all.join("bob");
  all.leave("bob");
  expect(all.heard()["ann"]).toEqual(["+bob", "-bob"]);
});

test("a member that is thousands of announcements behind is shown the topic in their place", () => {
  const crowd = new Crowd(gatherFrom);
  const ann = crowd.join("ann");
  for (let left = 5000; left > 0; left--) crowd.hub.leave(crowd.join(`${left}a`).member);
  const { member } = crowd.join("bob");
  crowd.hub.relay(member.peer, member.topic, "ann", "hello");
  crowd.endTick();
  expect(ann.socket.received).toEqual(["=66", "hello"]);
});
