import { describe, expect, test } from "bun:test";
import { type Bus, oneNode } from "../../src/core/bus.ts";
import { Hub } from "../../src/core/hub.ts";
import { memberId, newNodeId, topicName } from "../../src/core/ids.ts";
import { FakeNode } from "../support/fake-node.ts";
import { HubMembers } from "./hub-members.ts";

const room = topicName("room")!;
const far = newNodeId();

/** A bus whose link writes down what it is told. */
function listening(calls: string[]): Bus {
  const call = (text: string) => {
    calls.push(text);
  };
  return {
    node: newNodeId(),
    isReachable: true,
    link: () => ({
      isAlone: false,
      known: () => undefined,
      claim: () => ({ since: 1 }),
      open: (topic) => call(`open ${topic}`),
      close: (topic) => call(`close ${topic}`),
      joined: (topic, id, info) => call(`joined ${topic} ${id} ${info}`),
      updated: (topic, id, info) => call(`updated ${topic} ${id} ${info}`),
      left: (topic, id) => call(`left ${topic} ${id}`),
      relay: (topic, node, { from, to, frame, reference }) => {
        call(`relay ${topic} ${from} ${to} ${frame} ${reference}`);
        return node === far ? "sent" : "dropped";
      },
      broadcast: (topic, frame) => call(`broadcast ${topic} ${frame}`),
    }),
  };
}

describe("what a hub tells the other nodes", () => {
  test("is the life of each topic, in order", () => {
    const calls: string[] = [];
    const all = new HubMembers({}, listening(calls));
    all.join("ann", "room", { info: "!" });
    all.join("bob", "room", { info: "?" });
    all.broadcast("ann", "hello");
    all.hub.update(all.join("cid").member, "new");
    all.relay("ann", "bob", "stays here");
    all.leave("ann");
    all.leave("bob");
    all.leave("cid");
    expect(calls).toEqual([
      "open room",
      "joined room ann !",
      "joined room bob ?",
      "broadcast room hello",
      "joined room cid ",
      "updated room cid new",
      "left room ann",
      "left room bob",
      "left room cid",
      "close room",
    ]);
  });

  test("is not what they told it themselves", () => {
    const calls: string[] = [];
    const all = new HubMembers({}, listening(calls));
    all.join("ann");
    calls.length = 0;
    all.hub.remoteJoined(room, memberId("bob"), "", far);
    all.hub.remoteBroadcast(room, "hello");
    all.hub.remoteRelay(room, relay("bob", "ann"));
    all.hub.remoteLeft(room, memberId("bob"), far);
    expect([calls, all.heard()]).toEqual([[], { ann: ["+bob", "hello", "from bob", "-bob"] }]);
  });

  test("is a relay where the target is theirs, with what its sender needs to name it", () => {
    const calls: string[] = [];
    const all = new HubMembers({}, listening(calls));
    const { member } = all.join("ann");
    all.hub.remoteJoined(room, memberId("bob"), "", far);
    all.hub.remoteJoined(room, memberId("cid"), "", newNodeId());
    calls.length = 0;
    const outcomes = ["bob", "cid", "dan"].map((to) =>
      all.hub.relay(member.topic, member.id, to, `to ${to}`, "m1"),
    );
    expect([outcomes, calls]).toEqual([
      ["sent", "dropped", "absent"],
      ["relay room ann bob to bob m1", "relay room ann cid to cid m1"],
    ]);
  });
});

describe("what a hub hears from other nodes", () => {
  test("is ignored where it is about a topic without members here", () => {
    const all = new HubMembers();
    all.hub.remoteJoined(room, memberId("bob"), "", far);
    all.hub.remoteLeft(room, memberId("bob"), far);
    all.hub.remoteBroadcast(room, "hello");
    all.hub.remoteAnswered(room, memberId("ann"), "m1", "absent");
    expect([all.hub.remoteRelay(room, relay("bob", "ann")), all.hub.size]).toEqual(["absent", 0]);
  });

  test("changes nothing twice, and no member of its own", () => {
    const all = new HubMembers();
    all.join("ann");
    all.join("bob");
    all.hub.remoteJoined(room, memberId("bob"), "", far);
    all.hub.remoteLeft(room, memberId("bob"), far);
    for (let times = 2; times > 0; times--) all.hub.remoteJoined(room, memberId("cid"), "", far);
    for (let times = 2; times > 0; times--) all.hub.remoteLeft(room, memberId("cid"), far);
    expect(all.heard()).toEqual({ ann: ["+bob", "+cid", "-cid"], bob: ["+cid", "-cid"] });
  });

  test("is what they say of a member of theirs by now, and never of one that is here", () => {
    const all = new HubMembers();
    const { member } = all.join("ann", "room", { info: "here" });
    all.hub.remoteJoined(room, memberId("bob"), "", far);
    for (const id of ["ann", "bob", "cid"]) all.hub.remoteUpdated(room, memberId(id), "there", far);
    const infos = [...member.topic.members.values()].map(({ id, info }) => `${id} ${info}`);
    expect(infos).toEqual(["ann here", "bob there"]);
  });

  test("is never passed on to a third node", () => {
    const calls: string[] = [];
    const all = new HubMembers({}, listening(calls));
    all.join("ann");
    all.hub.remoteJoined(room, memberId("bob"), "", far);
    calls.length = 0;
    expect([all.hub.remoteRelay(room, relay("cid", "bob")), calls]).toEqual(["absent", []]);
  });

  test("reaches one who does not read by its queue, and is refused when that is full", () => {
    const all = new HubMembers({ maxQueuedFrames: 2 });
    all.join("ann");
    all.backUp("ann");
    all.hub.remoteBroadcast(room, "hello");
    const outcomes = ["bob", "cid"].map((from) => all.hub.remoteRelay(room, relay(from, "ann")));
    all.hub.remoteJoined(room, memberId("dan"), "", far);
    all.read("ann");
    expect([outcomes, all.heard()["ann"]]).toEqual([
      ["queued", "dropped"],
      ["unread", "unread", "hello", "from bob", "=ann,dan"],
    ]);
  });

  test("is the failure of a relay, for its sender and nobody else", () => {
    const all = new HubMembers();
    const told: string[] = [];
    for (const name of ["ann", "bob"])
      all.join(name).member.sender = {
        answered: (reference, outcome) => told.push(`${name}: ${reference} ${outcome}`),
      };
    all.hub.remoteAnswered(room, memberId("ann"), "m1", "absent");
    all.hub.remoteAnswered(room, memberId("cid"), "m2", "dropped");
    all.join("dan");
    all.hub.remoteAnswered(room, memberId("dan"), "m3", "dropped");
    expect(told).toEqual(["ann: m1 absent"]);
  });
});

test("a topic that is found full by members of other nodes is not kept open", () => {
  const calls: string[] = [];
  let arrive: () => void = () => undefined;
  const told = listening(calls);
  const bus: Bus = {
    node: told.node,
    isReachable: true,
    link: (namespace, receiver) => ({
      ...told.link(namespace, receiver),
      // A link may know the members already, and tell of them at once.
      open: () => arrive(),
    }),
  };
  const fake = new FakeNode({ maxTopicMembers: 1 }, bus);
  const hub = new Hub<string>(fake.node, "test", {});
  arrive = () => hub.remoteJoined(room, memberId("far"), "", far);
  expect([
    hub.join(fake.connect().peer, room, { id: memberId("ann"), info: "" }),
    hub.size,
    calls,
  ]).toEqual(["full", 0, ["close room"]]);
});

test("one node alone has nobody to tell: a relay that leaves it is dropped", () => {
  const bus = oneNode();
  const all = new HubMembers({}, bus);
  const { member } = all.join("ann");
  all.hub.remoteJoined(room, memberId("bob"), "", far);
  all.broadcast("ann", "hello");
  expect(all.hub.relay(member.topic, member.id, "bob", "frame")).toBe("dropped");
});

function relay(from: string, to: string) {
  return { from: memberId(from), to: memberId(to), frame: `from ${from}`, reference: "" };
}
