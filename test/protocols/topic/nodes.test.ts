import { describe, expect, test } from "bun:test";
import { warmSeconds } from "../../../src/core/limits.ts";
import { topic } from "../../../src/protocols/topic/routes.ts";
import { FakeNetwork } from "../../support/fake-bus.ts";
import { FakeServer } from "../../support/fake-server.ts";
import { NamedClients } from "../named-clients.ts";

/** Nodes that serve the topic protocol, and clients that are anywhere. */
function openNodes(count: number, limits = {}) {
  const network = new FakeNetwork();
  const buses = Array.from({ length: count }, () => network.bus());
  const servers = buses.map((bus) => new FakeServer([topic], limits, bus));
  const clients = new NamedClients();
  const join = async (name: string, node: number, path?: string) => {
    const client = servers[node]!.open(path ?? "/ws/room");
    await network.settle();
    clients.add(name, client);
    return client;
  };
  const after = (action: () => void) =>
    clients.after(() => {
      action();
      network.deliver();
    });
  return { network, buses, servers, join, clients, after };
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
  test("shows everybody to everybody, wherever they are, and their metadata", async () => {
    const { join, clients } = openNodes(3);
    await join("ann", 0, "/ws/room?metadata=%7B%22n%22:1.0%7D");
    await join("bob", 1);
    await join("cid", 2);
    await join("dan", 0);
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
        { type: "peer-list", peers: [{ id: "ann", metadata: { n: 1 } }] },
        joined("cid"),
        joined("dan"),
      ],
      cid: [
        { type: "welcome", selfId: "cid" },
        { type: "peer-list", peers: [{ id: "ann", metadata: { n: 1 } }, { id: "bob" }] },
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

  test("tells of those who leave, and forgets the topic some time after the last", async () => {
    const { join, network, servers, after } = openNodes(2);
    await join("ann", 0);
    const bob = await join("bob", 1);
    const cid = await join("cid", 1);
    const left = (peerId: string) => ({ type: "peer-left", peerId });
    expect([network.openTopics, after(() => bob.socket.hangUp())]).toEqual([
      2,
      { ann: [left("bob")], bob: [], cid: [left("bob")] },
    ]);
    expect(after(() => cid.socket.hangUp())).toEqual({ ann: [left("cid")], bob: [], cid: [] });
    servers[1]!.sweep(warmSeconds + 1);
    expect(network.openTopics).toBe(1);
  });

  test("begins anew on a node that everybody had left", async () => {
    const { join, clients } = openNodes(2);
    await join("ann", 0);
    (await join("bob", 1)).socket.hangUp();
    await join("cid", 1);
    expect(clients.heard()["cid"]?.slice(1)).toEqual([
      { type: "peer-list", peers: [{ id: "ann" }] },
    ]);
  });

  test("welcomes a newcomer once it is known who is there, and not before", async () => {
    const { join, network, servers } = openNodes(2);
    await join("ann", 0);
    const client = servers[1]!.open("/ws/room");
    const early = client.reads();
    await network.settle();
    expect([early, client.reads().length]).toEqual([[], 2]);
  });

  test("is begun by nobody who has left before it was known who is there", async () => {
    const { join, network, servers, clients } = openNodes(2);
    await join("ann", 0);
    clients.heard();
    servers[1]!.open("/ws/room").socket.hangUp();
    await network.settle();
    expect(clients.heard()).toEqual({ ann: [] });
  });

  test("shows two to each other who come at the same moment", async () => {
    const { network, servers, clients } = openNodes(2);
    const both = servers.map((server) => server.open("/ws/room"));
    await network.settle();
    for (const [index, name] of ["ann", "bob"].entries()) clients.add(name, both[index]!);
    const empty = { type: "peer-list", peers: [] };
    const joined = (peerId: string) => ({ type: "peer-joined", peerId });
    expect(clients.heard()).toEqual({
      ann: [{ type: "welcome", selfId: "ann" }, empty, joined("bob")],
      bob: [{ type: "welcome", selfId: "bob" }, empty, joined("ann")],
    });
  });

  test("is full when it is so on all nodes together", async () => {
    const { join, servers, network } = openNodes(3, { maxTopicMembers: 2 });
    await join("ann", 0);
    await join("bob", 1);
    const { socket } = servers[2]!.open("/ws/room");
    await network.settle();
    expect(socket.end).toEqual({ code: 1013, reason: "topic full" });
  });

  test("goes on for those who are here when their node is cut off", async () => {
    const { join, servers, network, buses, clients } = openNodes(2);
    await join("ann", 0);
    network.cut(buses[1]!);
    clients.join("bob", servers[1]!);
    expect(clients.heard()["bob"]).toEqual([
      { type: "welcome", selfId: "bob" },
      { type: "peer-list", peers: [] },
    ]);
  });

  test("passes frames on to the one they are for, in order", async () => {
    const { join, clients, after } = openNodes(3);
    const ann = await join("ann", 0);
    await join("bob", 1);
    await join("cid", 2);
    const heard = after(() => {
      for (const msgId of ["1", "2", "3"]) ann.send(offer(clients.id("bob"), msgId));
    });
    expect(heard).toEqual({
      ann: [],
      bob: ["1", "2", "3"].map((msgId) => received("ann", msgId)),
      cid: [],
    });
  });

  test("says target_not_found when the target has left meanwhile", async () => {
    const { join, clients, after } = openNodes(2);
    const ann = await join("ann", 0);
    const bob = await join("bob", 1);
    const heard = after(() => {
      bob.socket.hangUp();
      ann.send(offer(clients.id("bob")));
    });
    expect(heard["ann"]).toEqual([
      { type: "peer-left", peerId: "bob" },
      error("target_not_found", "peer not found"),
    ]);
  });

  test("says dropped when the target's queue is full", async () => {
    const { join, clients, after } = openNodes(2, { maxQueuedFrames: 1 });
    const ann = await join("ann", 0);
    const { socket, peer } = await join("bob", 1);
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

  test("says dropped when the target's node is out of reach", async () => {
    const { join, clients, after, network, buses } = openNodes(2);
    const ann = await join("ann", 0);
    await join("bob", 1);
    network.cut(buses[1]!);
    expect(after(() => ann.send(offer(clients.id("bob"))))).toEqual({
      ann: [error("dropped", "delivery failed")],
      bob: [],
    });
  });

  test("is silent to a sender that has left before the answer came", async () => {
    const { join, clients, after } = openNodes(2);
    const ann = await join("ann", 0);
    const bob = await join("bob", 1);
    const heard = after(() => {
      ann.send(offer(clients.id("bob")));
      bob.socket.hangUp();
      ann.socket.hangUp();
    });
    expect(heard).toEqual({ ann: [], bob: [] });
  });
});
