import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { Hub } from "../../src/core/hub.ts";
import { memberId, newNodeId, topicName } from "../../src/core/ids.ts";
import type { RemoteMember } from "../../src/core/member.ts";
import { FakeNode } from "../support/fake-node.ts";
import { HubMembers } from "./hub-members.ts";
import { RecordingBus } from "./recording-bus.ts";

const room = topicName("room")!;
const far = newNodeId();

/** Members of a hub, and the other nodes. */
function open(limits = {}) {
  const bus = new RecordingBus();
  const all = new HubMembers(limits, bus);
  return { bus, all, remote: bus.receiver };
}

describe("what a hub hears from other nodes", () => {
  test("is not told back to them", () => {
    const { bus, all, remote } = open();
    all.join("ann");
    bus.calls.length = 0;
    remote.remoteJoined(room, "bob", "", far);
    remote.remoteUpdated(room, "bob", "new", far);
    remote.remoteBroadcast(room, "hello");
    remote.remoteRelay(room, "ann", "from bob");
    remote.remoteLeft(room, "bob", far);
    expect([bus.calls, all.heard()]).toEqual([[], { ann: ["+bob", "hello", "from bob", "-bob"] }]);
  });

  test("is ignored where it is about a topic without members here", () => {
    const { all, remote } = open();
    remote.remoteJoined(room, "bob", "", far);
    remote.remoteUpdated(room, "bob", "", far);
    remote.remoteLeft(room, "bob", far);
    remote.remoteBroadcast(room, "hello");
    expect([
      remote.remoteRelay(room, "ann", "from bob"),
      [...remote.local(room)],
      all.hub.size,
      all.hub.topic("room"),
    ]).toEqual(["absent", [], 0, undefined]);
  });

  test("changes nothing twice, and no member of its own", () => {
    const { all, remote } = open();
    all.join("ann");
    all.join("bob");
    remote.remoteJoined(room, "bob", "", far);
    remote.remoteLeft(room, "bob", far);
    for (let times = 2; times > 0; times--) remote.remoteJoined(room, "cid", "", far);
    for (let times = 2; times > 0; times--) remote.remoteLeft(room, "cid", far);
    expect(all.heard()).toEqual({ ann: ["+bob", "+cid", "-cid"], bob: ["+cid", "-cid"] });
  });

  test("is what they say of a member of theirs by now, and never of one that is here", () => {
    const { all, remote } = open();
    const { member } = all.join("ann", "room", { info: "here" });
    remote.remoteJoined(room, "bob", "", far);
    for (const id of ["ann", "bob", "cid"]) remote.remoteUpdated(room, id, "there", far);
    const infos = [...member.topic.members.values()].map(({ id, info }) => `${id} ${info}`);
    expect(infos).toEqual(["ann here", "bob there"]);
  });

  test("is never passed on to a third node", () => {
    const { bus, all, remote } = open();
    all.join("ann");
    remote.remoteJoined(room, "bob", "", far);
    bus.calls.length = 0;
    expect([remote.remoteRelay(room, "bob", "from cid"), bus.calls]).toEqual(["absent", []]);
  });

  test("reaches one who does not read by its queue, and is refused when that is full", () => {
    const { all, remote } = open({ maxQueuedFrames: 2 });
    all.join("ann");
    all.backUp("ann");
    remote.remoteBroadcast(room, "hello");
    const outcomes = ["bob", "cid"].map((from) => remote.remoteRelay(room, "ann", `from ${from}`));
    remote.remoteJoined(room, "dan", "", far);
    all.read("ann");
    expect([outcomes, all.heard()["ann"]]).toEqual([
      ["queued", "dropped"],
      ["unread", "unread", "hello", "from bob", "=ann,dan"],
    ]);
  });
});

test("a topic that is found full by members of other nodes is not kept open", () => {
  const bus = new RecordingBus();
  const all = new HubMembers({ maxTopicMembers: 1 }, bus);
  bus.opened = () => bus.receiver.remoteJoined(room, "far", "", far);
  expect([
    all.hub.join(all.connect().peer, room, { id: memberId("ann"), info: "" }),
    all.hub.size,
    bus.calls,
  ]).toEqual(["full", 0, ["open room", "close room"]]);
});

test("other nodes' members beyond twice as many as a topic may have are ignored", () => {
  const { all, remote } = open({ maxTopicMembers: 2 });
  const { member } = all.join("ann");
  for (const id of ["bob", "cid", "dan", "eve"]) remote.remoteJoined(room, id, "", far);
  expect([...member.topic.members.keys()].join()).toBe("ann,bob,cid,dan");
  remote.remoteLeft(room, "eve", far);
  remote.remoteLeft(room, "bob", far);
  remote.remoteJoined(room, "eve", "", far);
  expect(all.heard()["ann"]).toEqual(["+bob", "+cid", "+dan", "-bob", "+eve"]);
});

describe("an id that is held on two nodes", () => {
  function openHub(rival?: (hub: Hub<string>) => () => void) {
    const bus = new RecordingBus();
    const fake = new FakeNode({}, bus);
    const asked: (readonly [string, RemoteMember<string>])[] = [];
    const hub: Hub<string> = new Hub<string>(fake.node, "test", {
      info: v.string(),
      joined: ({ id, info }) => `+${id}${info}`,
      left: ({ id }) => `-${id}`,
      ...(rival && {
        rival: (member, other) => {
          asked.push([member.info, other]);
          rival(hub)();
        },
      }),
    });
    const join = (id: string) => {
      const connected = fake.connect();
      const member = hub.join(connected.peer, room, { id: memberId(id), info: "here" });
      if (typeof member === "string") throw new Error(member);
      return { ...connected, member };
    };
    return { fake, hub, remote: bus.receiver, asked, join };
  }

  test("stays with the member here, unless the protocol has it leave", () => {
    const { remote, join, asked } = openHub(() => () => undefined);
    join("ann");
    remote.remoteJoined(room, "ann", "there", far);
    remote.remoteLeft(room, "ann", far);
    expect([asked, [...remote.local(room)].map(({ info }) => info)]).toEqual([
      [["here", { id: memberId("ann"), info: "there", node: far }]],
      ["here"],
    ]);
  });

  test("stays with the member here where the protocol does not care", () => {
    const { fake, remote, join } = openHub();
    join("ann");
    const { socket } = join("bob");
    remote.remoteJoined(room, "ann", "there", far);
    fake.endTick();
    expect([socket.received, [...remote.local(room)].map(({ id }) => id)]).toEqual([
      [],
      [memberId("ann"), memberId("bob")],
    ]);
  });

  test("goes to the other where the member here leaves, and is announced", () => {
    const { fake, hub, remote, join } = openHub((own) => () => {
      const member = own.topic("room")?.members.get("ann");
      if (member?.peer !== undefined) own.leave(member);
    });
    join("ann");
    const { socket } = join("bob");
    remote.remoteJoined(room, "ann", "there", far);
    fake.endTick();
    expect([socket.received, hub.topic("room")?.members.get("ann")]).toEqual([
      ["-ann", "+annthere"],
      { id: memberId("ann"), info: "there", node: far },
    ]);
  });

  test("moves between other nodes in silence, and only its last node can take it away", () => {
    const { fake, hub, remote, join } = openHub();
    const { socket } = join("bob");
    const farther = newNodeId();
    remote.remoteJoined(room, "ann", "1", far);
    remote.remoteJoined(room, "ann", "2", farther);
    remote.remoteUpdated(room, "ann", "3", far);
    remote.remoteLeft(room, "ann", far);
    const moved = { ...hub.topic("room")?.members.get("ann") };
    remote.remoteLeft(room, "ann", farther);
    fake.endTick();
    expect([moved, socket.received]).toEqual([
      { id: memberId("ann"), info: "2", node: farther },
      ["+ann1", "-ann"],
    ]);
  });
});

test("members that appear on other nodes are told to the protocol, once each", () => {
  const farther = newNodeId();
  const bus = new RecordingBus();
  const fake = new FakeNode({}, bus);
  const appeared: string[] = [];
  const hub = new Hub<string>(fake.node, "test", {
    info: v.string(),
    appeared: ({ id }) => appeared.push(id),
  });
  hub.join(fake.connect().peer, room, { id: memberId("ann"), info: "" });
  bus.receiver.remoteJoined(room, "bob", "1", far);
  bus.receiver.remoteJoined(room, "bob", "2", farther);
  bus.receiver.remoteJoined(room, "ann", "", far);
  bus.receiver.remoteJoined(topicName("den")!, "cid", "", far);
  bus.receiver.remoteLeft(room, "bob", farther);
  bus.receiver.remoteJoined(room, "bob", "3", far);
  expect(appeared).toEqual(["bob", "bob"]);
});

describe("what cannot be a member", () => {
  const warned = ({ warnings }: HubMembers) => warnings.map(([fields]) => fields);

  test("is told to the operator once of each node, and not by the text that it is", () => {
    const { all, remote } = open();
    all.join("ann");
    for (const id of ["bob", 'quo"te', ""]) remote.remoteJoined(room, id, 1, far);
    expect([warned(all), all.heard()]).toEqual([[{ namespace: "test", node: far }], { ann: [] }]);
  });

  test("is told of so many nodes, and of no more: their names may be forged too", () => {
    const { all, remote } = open();
    all.join("ann");
    for (let count = 150; count > 0; count--) remote.remoteJoined(room, "bob", 1, newNodeId());
    expect([warned(all).length, all.heard()]).toEqual([100, { ann: [] }]);
  });

  test("is no news where the topic is not open here", () => {
    const { all, remote } = open();
    remote.remoteJoined(room, "bob", 1, far);
    remote.remoteUpdated(room, "bob", 1, far);
    expect(all.warnings).toEqual([]);
  });
});
