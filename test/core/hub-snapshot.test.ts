import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { Hub } from "../../src/core/hub.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import { gatherBytes } from "../../src/core/limits.ts";
import { FakeNode } from "../support/fake-node.ts";
import { HubMembers } from "./hub-members.ts";

const kinds: readonly (readonly [string, boolean])[] = [
  ["a small topic", false],
  ["a topic with a native channel", true],
];

describe.each(kinds)("a member of %s", (_kind, isCrowded) => {
  function open(): HubMembers {
    const all = new HubMembers({ maxQueuedFrames: 1 });
    if (isCrowded) all.crowd();
    return all;
  }

  test("that missed a joined gets nothing of the topic until it gets a snapshot", () => {
    const all = open();
    all.join("ann");
    all.join("bob");
    all.backUp("bob");
    const before = all.relay("ann", "bob", "1");
    all.join("cid");
    all.broadcast("ann", "2");
    const after = all.relay("ann", "bob", "3");
    all.read("bob");
    all.broadcast("ann", "4");
    expect([before, after, all.heard()]).toEqual([
      "queued",
      "dropped",
      {
        ann: ["+bob", "+cid"],
        bob: ["unread", "unread", "1", "=ann,bob,cid", "4"],
        cid: ["2", "4"],
      },
    ]);
  });

  test("that missed a left gets a snapshot without the one that left", () => {
    const all = open();
    for (const name of ["ann", "bob", "cid"]) all.join(name);
    all.backUp("bob");
    all.relay("ann", "bob", "1");
    all.leave("cid");
    all.read("bob");
    all.leave("ann");
    expect(all.heard()["bob"]).toEqual(["+cid", "unread", "unread", "1", "=ann,bob", "-ann"]);
  });

  test("that missed a broadcast only gets no snapshot", () => {
    const all = open();
    all.join("ann");
    all.join("bob");
    all.backUp("bob");
    for (const frame of ["1", "2"]) all.broadcast("ann", frame);
    all.read("bob");
    expect(all.heard()["bob"]).toEqual(["unread", "unread", "1"]);
  });

  test("gets one snapshot, whatever it missed, and of each topic where it missed something", () => {
    const all = open();
    const bob = all.join("bob", "room");
    all.join("bob2", "den", { as: bob });
    all.join("bob3", "hall", { as: bob });
    all.join("ann", "room");
    all.backUp("bob");
    bob.peer.send("1");
    all.join("cid", "room");
    all.leave("ann");
    all.join("dan", "den");
    all.read("bob");
    expect(all.heard()["bob"]).toEqual(["+ann", "unread", "unread", "1", "=bob,cid", "=bob2,dan"]);
  });
});

test("a small frame does not slip in before the snapshot where a large event found no room", () => {
  const all = new HubMembers({ maxQueuedBytes: 20 });
  all.join("ann");
  all.join("bob");
  all.backUp("bob");
  all.relay("ann", "bob", "1");
  all.join("cid", "room", { info: "x".repeat(20) });
  const outcome = all.relay("cid", "bob", "2");
  all.broadcast("cid", "3");
  all.read("bob");
  expect([outcome, all.heard()["bob"]]).toEqual([
    "dropped",
    ["unread", "unread", "1", "=ann,bob,cid"],
  ]);
});

test("a snapshot that finds no room is made good once there is some", () => {
  const node = new FakeNode({ maxQueuedFrames: 1 });
  const large = "x".repeat(gatherBytes);
  const hub = new Hub<string>(node.node, "test", {
    info: v.string(),
    joined: ({ id }) => `+${id}`,
    snapshot: ({ topic }) => `=${topic.name} ${[...topic.members.keys()].join(",")}${large}`,
  });
  const names = ["room", "den", "hall"].map((name) => topicName(name)!);
  const join = (id: string, peer = node.connect().peer) => {
    for (const name of names) hub.join(peer, name, { id: memberId(`${id}@${name}`), info: "" });
    return peer;
  };
  const { peer, socket } = node.connect();
  join("bob", peer);
  socket.stall();
  socket.sendText("unread");
  peer.send("unread");
  node.endTick();
  peer.send("1");
  join("ann");
  // Each read leaves no room, so that every snapshot backs the outbox up again.
  for (let round = 0; round < 5; round++) socket.read(0);
  socket.read();
  node.endTick();
  expect(socket.received.map((frame) => frame.replace(large, ""))).toEqual([
    "unread",
    "unread",
    "1",
    ...names.map((name) => `=${name} bob@${name},ann@${name}`),
  ]);
});
