import { describe, expect, test } from "bun:test";
import { topic } from "../../src/protocols/topic.ts";
import { NamedClients } from "../protocols/named-clients.ts";
import { FakeNetwork } from "../support/fake-bus.ts";
import { FakeServer } from "../support/fake-server.ts";
import { HubMembers } from "./hub-members.ts";

/** Nodes that serve the topic protocol, and clients that are anywhere. */
function openNodes(count: number, limits = {}) {
  const network = new FakeNetwork();
  const buses = Array.from({ length: count }, () => network.bus());
  const servers = buses.map((bus) => new FakeServer([topic], limits, bus));
  const clients = new NamedClients();
  const join = (name: string, node: number, path?: string) => {
    const client = clients.join(name, servers[node]!, path);
    network.deliver();
    return client;
  };
  const after = (action: () => void) =>
    clients.after(() => {
      action();
      network.deliver();
    });
  return { network, buses, join, clients, after };
}

const offer = (to: string, msgId = "m1") => ({ type: "offer", to, payload: { sdp: "v=0" }, msgId });
const received = (from: string, msgId = "m1") => ({
  type: "offer",
  from,
  payload: { sdp: "v=0" },
  msgId,
});
const error = (code: string, message: string) => ({ type: "error", code, message, msgId: "m1" });

describe("a conversation of the topic protocol across nodes", () => {
  test("shows everybody to everybody, wherever they are, and their metadata", () => {
    const { join, clients } = openNodes(3);
    join("ann", 0, "/ws/room?metadata=%7B%22n%22:1.0%7D");
    join("bob", 1);
    join("cid", 2);
    join("dan", 0);
    const joined = (peerId: string) => ({ type: "peer-joined", peerId });
    expect(clients.heard()).toEqual({
      ann: [
        { type: "welcome", selfId: "ann" },
        { type: "peer-list", peers: [] },
        joined("bob"),
        joined("cid"),
        joined("dan"),
      ],
      bob: [
        { type: "welcome", selfId: "bob" },
        { type: "peer-list", peers: [] },
        { ...joined("ann"), metadata: { n: 1 } },
        joined("cid"),
        joined("dan"),
      ],
      cid: [
        { type: "welcome", selfId: "cid" },
        { type: "peer-list", peers: [] },
        { ...joined("ann"), metadata: { n: 1 } },
        joined("bob"),
        joined("dan"),
      ],
      dan: [
        { type: "welcome", selfId: "dan" },
        {
          type: "peer-list",
          peers: [{ id: "ann", metadata: { n: 1 } }, { id: "bob" }, { id: "cid" }],
        },
      ],
    });
  });

  test("tells of those who leave, and forgets the topic with the last", () => {
    const { join, network, after } = openNodes(2);
    join("ann", 0);
    const bob = join("bob", 1);
    const cid = join("cid", 1);
    const left = (peerId: string) => ({ type: "peer-left", peerId });
    expect([network.openTopics, after(() => bob.socket.hangUp())]).toEqual([
      2,
      { ann: [left("bob")], bob: [], cid: [left("bob")] },
    ]);
    expect([after(() => cid.socket.hangUp()), network.openTopics]).toEqual([
      { ann: [left("cid")], bob: [], cid: [] },
      1,
    ]);
  });

  test("begins anew on a node that everybody had left", () => {
    const { join, clients } = openNodes(2);
    join("ann", 0);
    join("bob", 1).socket.hangUp();
    join("cid", 1);
    expect(clients.heard()["cid"]?.slice(1)).toEqual([
      { type: "peer-list", peers: [] },
      { type: "peer-joined", peerId: "ann" },
    ]);
  });

  test("passes frames on to the one they are for, in order", () => {
    const { join, clients, after } = openNodes(3);
    const ann = join("ann", 0);
    join("bob", 1);
    join("cid", 2);
    const heard = after(() => {
      for (const msgId of ["1", "2", "3"]) ann.send(offer(clients.id("bob"), msgId));
    });
    expect(heard).toEqual({
      ann: [],
      bob: ["1", "2", "3"].map((msgId) => received("ann", msgId)),
      cid: [],
    });
  });

  test("says target_not_found when the target has left meanwhile", () => {
    const { join, clients, after } = openNodes(2);
    const ann = join("ann", 0);
    const bob = join("bob", 1);
    const heard = after(() => {
      bob.socket.hangUp();
      ann.send(offer(clients.id("bob")));
    });
    expect(heard["ann"]).toEqual([
      { type: "peer-left", peerId: "bob" },
      error("target_not_found", "peer not found"),
    ]);
  });

  test("says dropped when the target's queue is full", () => {
    const { join, clients, after } = openNodes(2, { maxQueuedFrames: 1 });
    const ann = join("ann", 0);
    const { socket, peer } = join("bob", 1);
    socket.stall();
    socket.sendText("unread");
    peer.send("unread");
    clients.heard();
    peer.send("waits");
    expect(after(() => ann.send(offer(clients.id("bob"))))).toEqual({
      ann: [error("dropped", "delivery failed")],
      bob: [],
    });
  });

  test("says dropped when the target's node is out of reach", () => {
    const { join, clients, after, network, buses } = openNodes(2);
    const ann = join("ann", 0);
    join("bob", 1);
    network.cut(buses[1]!);
    expect(after(() => ann.send(offer(clients.id("bob"))))).toEqual({
      ann: [error("dropped", "delivery failed")],
      bob: [],
    });
  });

  test("is silent to a sender that has left before the answer came", () => {
    const { join, clients, after } = openNodes(2);
    const ann = join("ann", 0);
    const bob = join("bob", 1);
    const heard = after(() => {
      ann.send(offer(clients.id("bob")));
      bob.socket.hangUp();
      ann.socket.hangUp();
    });
    expect(heard).toEqual({ ann: [], bob: [] });
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
