// What a hub tells the other nodes, by its link.

import { describe, expect, test } from "bun:test";
import { newNodeId, topicName } from "../../src/core/ids.ts";
import { FakeNetwork } from "../support/fake-bus.ts";
import { HubMembers } from "./hub-members.ts";
import { RecordingBus } from "./recording-bus.ts";

const room = topicName("room")!;

/** Members of a hub, of whom one is on another node. */
function openWithFar() {
  const bus = new RecordingBus();
  const all = new HubMembers({}, bus);
  const ann = all.join("ann");
  bus.receiver.remoteJoined(room, "bob", "", bus.far);
  bus.calls.length = 0;
  return { bus, all, ann };
}

describe("what a hub tells the other nodes", () => {
  test("is the life of each topic, in order", () => {
    const bus = new RecordingBus();
    const all = new HubMembers({}, bus);
    all.join("ann", "room", { info: "!" });
    all.join("bob", "room", { info: "?" });
    all.broadcast("ann", "hello");
    all.hub.update(all.join("cid").member, "new");
    all.relay("ann", "bob", "stays here");
    all.leave("ann");
    all.leave("bob");
    all.leave("cid");
    expect(bus.calls).toEqual([
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

  test("is a relay where the target is theirs", () => {
    const { bus, all } = openWithFar();
    bus.receiver.remoteJoined(room, "cid", "", newNodeId());
    const outcomes = ["bob", "cid", "dan"].map((to) => all.relay("ann", to, `to ${to}`, "m1"));
    expect([outcomes, bus.calls]).toEqual([
      ["sent", "dropped", "absent"],
      ["relay room bob to bob", "relay room cid to cid"],
    ]);
  });

  test("is how much memory a relay holds until it is answered: its reference, if it has one", () => {
    const { bus, all } = openWithFar();
    for (const reference of ["m1", "€".repeat(100), "", undefined])
      all.relay("ann", "bob", "frame", reference);
    expect(bus.relays.map(({ held }) => held)).toEqual([2, 100, 0, 0]);
  });
});

describe("a relay that fails on its way to another node", () => {
  test("is told to its sender and nobody else, by its reference", () => {
    const { bus, all } = openWithFar();
    all.join("cid");
    const [outcome] = [all.relay("ann", "bob", "frame", "m1")];
    all.relay("cid", "bob", "frame", "m2");
    const early = [...all.failures];
    bus.relays[0]!.failed("absent");
    expect([outcome, early, all.failures]).toEqual(["sent", [], ["ann: m1 absent"]]);
    bus.relays[1]!.failed("dropped");
    expect(all.failures).toEqual(["ann: m1 absent", "cid: m2 dropped"]);
  });

  test("is told to nobody where it has no reference", () => {
    const { bus, all } = openWithFar();
    all.relay("ann", "bob", "frame");
    bus.relays[0]!.failed("absent");
    expect(all.failures).toEqual([]);
  });

  test("is told by a reference that is empty", () => {
    const { bus, all } = openWithFar();
    all.relay("ann", "bob", "frame", "");
    bus.relays[0]!.failed("absent");
    expect(all.failures).toEqual(["ann:  absent"]);
  });

  test("is told to the conversation of a sender that has left the topic, and the server", () => {
    const { bus, all, ann } = openWithFar();
    all.relay("ann", "bob", "frame", "m1");
    ann.socket.hangUp();
    bus.relays[0]!.failed("dropped");
    expect(all.failures).toEqual(["ann: m1 dropped"]);
  });

  test("is told to the conversation that its sender has by then, if it cares", () => {
    const { bus, all, ann } = openWithFar();
    for (const reference of ["m1", "m2", "m3"]) all.relay("ann", "bob", "frame", reference);
    const told: string[] = [];
    ann.peer.conversation = undefined;
    bus.relays[0]!.failed("absent");
    ann.peer.conversation = {};
    bus.relays[1]!.failed("absent");
    ann.peer.conversation = { failed: (reference) => told.push(reference) };
    bus.relays[2]!.failed("absent");
    expect([told, all.failures]).toEqual([["m3"], []]);
  });
});

describe("a relay that fails at once", () => {
  test("is told to its sender in the same way, before the call returns", () => {
    const { all } = openWithFar();
    const told: string[] = [];
    for (const [to, reference] of [
      ["nobody", "m1"],
      ["nobody", undefined],
      ["ann", "m2"],
    ] as const) {
      told.push(all.relay("ann", to, "frame", reference), all.failures.join());
    }
    expect(told).toEqual([
      "absent",
      "ann: m1 absent",
      "absent",
      "ann: m1 absent",
      "sent",
      "ann: m1 absent",
    ]);
  });

  test("is told where a queue is full, or a node out of reach, and where there is no topic", () => {
    const bus = new RecordingBus();
    const all = new HubMembers({ maxQueuedFrames: 1 }, bus);
    const { peer } = all.join("ann");
    all.join("bob");
    bus.receiver.remoteJoined(room, "cid", "", newNodeId());
    all.backUp("bob");
    all.relay("ann", "bob", "waits", "m1");
    all.relay("ann", "bob", "does not fit", "m2");
    all.relay("ann", "cid", "cannot leave", "m3");
    all.hub.relay(peer, all.hub.topic("den"), "bob", "nowhere", "m4");
    expect(all.failures).toEqual(["ann: m2 dropped", "ann: m3 dropped", "ann: m4 absent"]);
  });
});

describe("a frame of the server's own", () => {
  test("goes to one member on whichever node, and nobody is told if it fails", () => {
    const { bus, all, ann } = openWithFar();
    bus.receiver.remoteJoined(room, "cid", "", newNodeId());
    const outcomes = ["ann", "bob", "cid", "dan"].map((to) =>
      all.hub.notify(ann.member.topic, to, `to ${to}`),
    );
    bus.relays[0]!.failed("dropped");
    expect([outcomes, bus.calls, bus.relays.map(({ held }) => held)]).toEqual([
      ["sent", "sent", "dropped", "absent"],
      ["relay room bob to bob", "relay room cid to cid"],
      [0],
    ]);
    expect([all.heard()["ann"], all.failures]).toEqual([["+bob", "+cid", "to ann"], []]);
  });
});

describe("hubs of several nodes", () => {
  test("pass a broadcast on once, and not back", () => {
    const network = new FakeNetwork();
    const nodes = ["a", "b", "c"].map(() => new HubMembers({}, network.bus()));
    for (const [index, node] of nodes.entries()) {
      for (const name of ["ann", "bob"]) node.join(`${name}${index}`);
      network.deliver();
    }
    nodes[0]!.broadcast("ann0", "hello");
    network.deliver();
    const heard = Object.assign({}, ...nodes.map((node) => node.heard()));
    expect(
      Object.entries(heard).filter(([, frames]) => (frames as string[]).at(-1) !== "hello"),
    ).toEqual([["ann0", heard.ann0]]);
    expect(heard.ann0).not.toContain("hello");
  });

  test("never meet in topics of other namespaces", () => {
    const network = new FakeNetwork();
    const one = new HubMembers({}, network.bus(), "one");
    const other = new HubMembers({}, network.bus(), "other");
    one.join("ann");
    other.join("bob");
    one.broadcast("ann", "hello");
    network.deliver();
    expect([one.heard(), other.heard()]).toEqual([{ ann: [] }, { bob: [] }]);
  });
});
