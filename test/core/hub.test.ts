import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { Hub } from "../../src/core/hub.ts";
import { memberId, newMemberId, topicName } from "../../src/core/ids.ts";
import { channelFrom, maxPublishedLength } from "../../src/core/limits.ts";
import { FakeNode } from "../support/fake-node.ts";
import { HubMembers } from "./hub-members.ts";

const room = topicName("room")!;

describe("members of a topic", () => {
  test("learn of each other, and of nobody elsewhere", () => {
    const all = new HubMembers();
    for (const name of ["ann", "bob", "cid"]) all.join(name, "room", { info: "!" });
    all.join("dan", "elsewhere");
    all.leave("bob");
    expect(all.heard()).toEqual({
      ann: ["+bob!", "+cid!", "-bob"],
      bob: ["+cid!"],
      cid: ["-bob"],
      dan: [],
    });
  });

  test("are told when another's socket closes", () => {
    const all = new HubMembers();
    all.join("ann");
    all.join("bob").socket.hangUp();
    expect(all.heard()).toEqual({ ann: ["+bob", "-bob"], bob: [] });
  });

  test("leave once, however often it is said", () => {
    const all = new HubMembers();
    all.join("ann");
    all.join("bob");
    all.leave("bob");
    all.leave("bob");
    expect(all.heard()).toEqual({ ann: ["+bob", "-bob"], bob: [] });
  });

  test("are not ended by one who had the same id before", () => {
    const all = new HubMembers();
    all.join("ann");
    const { member } = all.join("bob");
    all.leave("bob");
    all.join("bob");
    all.hub.leave(member);
    expect([all.heard()["ann"], [...member.topic.members.keys()]]).toEqual([
      ["+bob", "-bob", "+bob"],
      ["ann", "bob"],
    ]);
  });

  test("may be in several topics, and leave one of them", () => {
    const all = new HubMembers();
    const ann = all.join("ann", "room");
    all.join("ann2", "den", { as: ann });
    all.join("bob", "room");
    all.join("cid", "den");
    all.leave("ann");
    all.broadcast("bob", "to the room");
    all.broadcast("cid", "to the den");
    expect(all.heard()).toEqual({
      ann: ["+bob", "+cid", "to the den"],
      ann2: ["+bob", "+cid", "to the den"],
      bob: ["-ann"],
      cid: [],
    });
  });

  test("are at most maxTopicMembers, until one leaves", () => {
    const all = new HubMembers({ maxTopicMembers: 2 });
    all.join("ann");
    all.join("bob");
    const { peer } = all.connect();
    const join = () => all.hub.join(peer, room, { id: memberId("cid"), info: "" });
    expect([join(), peer.memberships, all.hub.topic(room)?.members.size]).toEqual(["full", [], 2]);
    all.leave("ann");
    expect(join()).not.toBe("full");
    expect(all.heard()).toEqual({ ann: ["+bob"], bob: ["-ann", "+cid"] });
  });
});

describe("a topic", () => {
  test("is gone with its last member, and leaves nothing behind", () => {
    const all = new HubMembers();
    const { socket } = all.join("ann");
    all.join("bob");
    expect([all.hub.size, all.hub.topic(room)?.members.size]).toEqual([1, 2]);
    all.leave("ann");
    socket.hangUp();
    all.leave("bob");
    expect([all.hub.size, all.hub.topic(room)]).toEqual([0, undefined]);
  });

  test("uses a native channel once it has many members, until the last has left", () => {
    const all = new HubMembers();
    const names = Array.from({ length: channelFrom }, (_, index) => `${index}`);
    const subscribers = () => all.broker.subscribers("test/room").size;
    const joining = names.map((name) => {
      all.join(name);
      return subscribers();
    });
    const leaving = names.map((name) => {
      all.leave(name);
      return subscribers();
    });
    all.join("next");
    expect([joining.slice(-2), leaving.slice(0, 2), subscribers(), all.broker.channels]).toEqual([
      [0, channelFrom],
      [channelFrom - 1, channelFrom - 2],
      0,
      [],
    ]);
  });

  test("with a native channel publishes what is short, and hands out what is long", () => {
    const all = new HubMembers();
    all.crowd();
    const { socket } = all.join("ann");
    all.endTick();
    const writes = [maxPublishedLength, maxPublishedLength + 1].map((length) => {
      const before = socket.writes;
      all.broadcast("ann", "x".repeat(length), true);
      all.endTick();
      return socket.writes - before;
    });
    expect([writes, socket.received.length]).toEqual([[0, 1], 2]);
  });

  test("never meets one of the same name in another namespace", () => {
    const node = new FakeNode();
    const hubs = ["one", "other"].map(
      (name) => new Hub<string>(node.node, name, { info: v.string() }),
    );
    const sockets = hubs.map((hub) => {
      const { peer, socket } = node.connect();
      hub.join(peer, room, { id: newMemberId(), info: "" });
      return socket;
    });
    hubs[0]!.broadcast(node.connect().peer, hubs[0]!.topic(room)!, "to one");
    node.endTick();
    expect(sockets.map(({ received }) => received)).toEqual([["to one"], []]);
  });

  test("of a protocol without announcements is silent", () => {
    const node = new FakeNode();
    const hub = new Hub<string>(node.node, "quiet", { info: v.string() });
    const { peer, socket } = node.connect();
    hub.join(peer, room, { id: memberId("ann"), info: "" });
    const other = hub.join(node.connect().peer, room, { id: memberId("bob"), info: "" });
    if (typeof other !== "string") hub.leave(other);
    node.endTick();
    expect(socket.received).toEqual([]);
  });
});

describe("a relay", () => {
  test("reaches one member, oneself too, and nobody outside of the topic", () => {
    const all = new HubMembers();
    all.join("ann");
    all.join("bob");
    all.join("cid", "elsewhere");
    const outcomes = ["bob", "ann", "cid", "nobody", ""].map((to) =>
      all.relay("ann", to, `to ${to}`),
    );
    expect([outcomes, all.heard()]).toEqual([
      ["sent", "sent", "absent", "absent", "absent"],
      { ann: ["+bob", "to ann"], bob: ["to bob"], cid: [] },
    ]);
  });

  test("to one who does not read waits, and is refused when there is no room", () => {
    const all = new HubMembers({ maxQueuedFrames: 2 });
    all.join("ann");
    all.join("bob");
    all.backUp("bob");
    expect(["1", "2", "3"].map((frame) => all.relay("ann", "bob", frame))).toEqual([
      "queued",
      "queued",
      "dropped",
    ]);
    all.read("bob");
    expect(all.relay("ann", "bob", "4")).toBe("sent");
    expect(all.heard()["bob"]).toEqual(["unread", "unread", "1", "2", "4"]);
  });
});
