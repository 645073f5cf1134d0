// An id that is a member of the topic here already: the hub itself refuses it.

import { describe, expect, test } from "bun:test";
import { memberId, topicName } from "../../src/core/ids.ts";
import { channelFrom } from "../../src/core/limits.ts";
import { HubMembers } from "./hub-members.ts";
import { RecordingBus } from "./recording-bus.ts";

const room = topicName("room")!;

/** Joins as somebody of this id who is no test's business. */
function joinAs(all: HubMembers, id: string) {
  const { peer, socket } = all.connect();
  const result = all.hub.join(peer, room, { id: memberId(id), info: "?" });
  return { peer, socket, result };
}

describe("a second member of the same id", () => {
  test("is refused, and nothing changes, neither here nor for other nodes", () => {
    const bus = new RecordingBus();
    const all = new HubMembers({}, bus);
    const { member } = all.join("ann", "room", { info: "!" });
    all.join("bob");
    const told = bus.calls.length;
    const second = joinAs(all, "ann");
    const topic = all.hub.topic("room")!;
    expect([second.result, second.peer.memberships, bus.calls.slice(told)]).toEqual([
      "taken",
      [],
      [],
    ]);
    expect([topic.members.get("ann") === member, member.info]).toEqual([true, "!"]);
    expect([topic.members.size, topic.localCount, all.hub.size]).toEqual([2, 2, 1]);
  });

  test("is not announced, and hears nothing of the topic", () => {
    const all = new HubMembers();
    all.join("ann");
    all.join("bob");
    const { socket } = joinAs(all, "ann");
    all.broadcast("bob", "hello");
    all.relay("bob", "ann", "for ann");
    expect([all.heard(), socket.received]).toEqual([
      { ann: ["+bob", "hello", "for ann"], bob: [] },
      [],
    ]);
  });

  test("leaves nothing behind when the one member has left: the topic is forgotten", () => {
    const bus = new RecordingBus();
    const all = new HubMembers({}, bus);
    all.join("ann");
    joinAs(all, "ann").socket.hangUp();
    all.leave("ann");
    expect([all.hub.topic("room"), all.hub.size, [...all.hub.topics], bus.calls]).toEqual([
      undefined,
      0,
      [],
      ["open room", "joined room ann ", "left room ann", "close room"],
    ]);
  });

  test("is refused by the same peer, too, and joins once the first has left", () => {
    const all = new HubMembers();
    const { peer } = all.join("ann");
    const join = () => all.hub.join(peer, room, { id: memberId("ann"), info: "" });
    const [again] = [join()];
    all.leave("ann");
    expect([again, typeof join(), peer.memberships.length]).toEqual(["taken", "object", 1]);
  });

  test("is told that its id is taken, and not that the topic is full", () => {
    const all = new HubMembers({ maxTopicMembers: 1 });
    all.join("ann");
    expect([joinAs(all, "ann").result, joinAs(all, "bob").result]).toEqual(["taken", "full"]);
  });

  test("is told what its token forbids, and not who is there", () => {
    const all = new HubMembers();
    all.join("ann");
    const { peer } = all.connect();
    peer.pass = { until: Number.POSITIVE_INFINITY, mayJoin: () => false };
    expect(all.hub.join(peer, room, { id: memberId("ann"), info: "" })).toBe("forbidden");
  });

  test("takes nobody off a native channel, nor is it put on it", () => {
    const all = new HubMembers();
    all.crowd();
    const subscribers = () => all.broker.subscribers("test/room").size;
    const before = subscribers();
    const { socket } = joinAs(all, "~0");
    socket.hangUp();
    expect([before, subscribers(), all.hub.topic("room")!.localCount]).toEqual([
      channelFrom,
      channelFrom,
      channelFrom,
    ]);
  });

  test("is not refused in another topic", () => {
    const all = new HubMembers();
    const ann = all.join("ann");
    const joined = all.hub.join(ann.peer, topicName("den")!, { id: memberId("ann"), info: "" });
    expect([typeof joined, all.hub.size]).toEqual(["object", 2]);
  });
});

test("an id that is held on another node is not taken here: nodes settle that by themselves", () => {
  const bus = new RecordingBus();
  const all = new HubMembers({}, bus);
  all.join("bob");
  bus.receiver.remoteJoined(room, "ann", "there", bus.far);
  const { result } = joinAs(all, "ann");
  const member = all.hub.topic("room")!.members.get("ann");
  expect([typeof result, member === result, member?.info]).toEqual(["object", true, "?"]);
});
