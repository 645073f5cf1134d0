// Members for whom the frames of a topic are rewritten.

import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { Hub } from "../../src/core/hub.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import { FakeNode } from "../support/fake-node.ts";

const name = topicName("room")!;

type Render = (frame: string) => string | undefined;

const loud: Render = (frame) => frame.toUpperCase();
const picky: Render = (frame) => (frame.includes("secret") ? undefined : frame);

function hubWith(node: FakeNode) {
  const hub = new Hub<null>(node.node, "test", {
    info: v.null(),
    joined: ({ id }, { members }) => [`joined ${id}`, `so far ${members.size}`],
    left: ({ id }, { members }) => (id === "nobody" ? [] : [`left ${id}, ${members.size}`]),
    snapshot: ({ topic }) => `snapshot of ${topic.members.size}`,
  });
  const join = (id: string, render?: Render) => {
    const { peer, socket } = node.connect();
    const joining = { id: memberId(id), info: null, ...(render && { render }) };
    const member = hub.join(peer, name, joining);
    if (typeof member === "string") throw new Error(member);
    return { member, socket };
  };
  return { hub, join };
}

describe("a member whose frames are rewritten", () => {
  test("gets broadcasts, relays and announcements in that way, and others as they are", () => {
    const node = new FakeNode();
    const { hub, join } = hubWith(node);
    const ann = join("ann");
    const bob = join("bob", loud);
    const cid = join("cid", picky);
    hub.broadcast(ann.member.peer, ann.member.topic, "a secret for all", ann.member);
    expect(hub.relay(ann.member.peer, ann.member.topic, "bob", "for one")).toBe("sent");
    expect(hub.relay(ann.member.peer, ann.member.topic, "cid", "secret")).toBe("sent");
    hub.leave(cid.member);
    node.endTick();
    expect([ann, bob, cid].map(({ socket }) => socket.received)).toEqual([
      ["joined bob", "so far 1", "joined cid", "so far 2", "left cid, 2"],
      ["JOINED CID", "SO FAR 2", "A SECRET FOR ALL", "FOR ONE", "LEFT CID, 2"],
      [],
    ]);
  });

  test("gets copies where others are on the channel, in the same order", () => {
    const node = new FakeNode();
    const { hub, join } = hubWith(node);
    const plain = Array.from({ length: 16 }, (_, index) => join(`plain-${index}`));
    const bob = join("bob", loud);
    node.endTick();
    const [first] = plain;
    hub.broadcast(first!.member.peer, first!.member.topic, "one");
    hub.relay(first!.member.peer, first!.member.topic, "bob", "two");
    hub.broadcast(first!.member.peer, first!.member.topic, "three");
    node.endTick();
    expect([bob.member.isOnChannel, plain.at(-1)!.member.isOnChannel]).toEqual([false, true]);
    expect(bob.socket.received).toEqual(["ONE", "TWO", "THREE"]);
    expect(plain.at(-1)!.socket.received.slice(-2)).toEqual(["one", "three"]);
  });

  test("gets its snapshot in that way, after announcements that found no room", () => {
    const node = new FakeNode({ maxQueuedFrames: 1 });
    const { join } = hubWith(node);
    const bob = join("bob", loud);
    bob.socket.stall();
    for (const id of ["ann", "cid", "dan"]) {
      join(id);
      node.endTick();
    }
    expect(bob.member.missed).toBe(true);
    for (let reads = 0; reads < 3; reads++) {
      bob.socket.read();
      node.endTick();
    }
    expect([bob.member.missed, bob.socket.received.at(-1)]).toEqual([false, "SNAPSHOT OF 4"]);
  });
});

test("a left may be announced by nothing", () => {
  const node = new FakeNode();
  const { hub, join } = hubWith(node);
  const ann = join("ann");
  const nobody = join("nobody");
  node.endTick();
  const before = ann.socket.received.length;
  hub.leave(nobody.member);
  node.endTick();
  expect(ann.socket.received.length).toBe(before);
});

describe("a fault while a frame is rewritten for one member", () => {
  const fault = new Error("a fault");
  const broken: Render = () => {
    throw fault;
  };

  test.each([
    ["a few", 0],
    ["many, by a native channel", 16],
  ])("keeps the frame from none of the others, who are %s", (_what, crowd) => {
    const node = new FakeNode();
    const { hub, join } = hubWith(node);
    for (let index = 0; index < crowd; index++) join(`plain-${index}`);
    const before = join("before", loud);
    join("broken", (frame) => (frame === "to all" ? broken(frame) : frame));
    const after = join("after", loud);
    const plain = join("plain");
    node.endTick();
    for (const { socket } of [before, after, plain]) socket.received.length = 0;
    hub.broadcast(plain.member.peer, plain.member.topic, "to all");
    node.endTick();
    expect([before, after, plain].map(({ socket }) => socket.received)).toEqual([
      ["TO ALL"],
      ["TO ALL"],
      ["to all"],
    ]);
    expect(node.faults).toEqual([fault]);
  });

  test("keeps a join or a leave from none of the others, nor from taking place", () => {
    const node = new FakeNode();
    const { hub, join } = hubWith(node);
    join("broken", broken);
    const ann = join("ann");
    const bob = join("bob");
    hub.leave(bob.member);
    node.endTick();
    expect([ann.socket.received, bob.socket.received]).toEqual([
      ["joined bob", "so far 2", "left bob, 2"],
      [],
    ]);
    expect([new Set(node.faults), ann.member.topic.members.size]).toEqual([new Set([fault]), 2]);
  });
});
