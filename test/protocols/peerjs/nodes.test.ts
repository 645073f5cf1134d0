// Clients of PeerJS on different nodes: who holds an id. How messages get there, messages.test.ts has.

import { describe, expect, test } from "bun:test";
import { warmSeconds } from "../../../src/core/limits.ts";
import type { FakeClient } from "../../support/fake-server.ts";
import {
  ends,
  idTaken,
  offer,
  offered,
  open,
  PeerNodes,
  reads,
  taken,
  takenOver,
} from "./peer-nodes.ts";

describe.each([2, 3])("an id on %i nodes", (nodes) => {
  const last = nodes - 1;

  test("has one holder: others are refused on all nodes", async () => {
    const peers = new PeerNodes(nodes);
    const ann = await peers.register(0, "ann");
    const others = [await peers.asked(0, "ann", "other"), await peers.asked(last, "ann", "other")];
    expect([reads(ann, ...others), ends(ann, ...others)]).toEqual([
      [[], [idTaken], [idTaken]],
      [undefined, taken, taken],
    ]);
  });

  test("goes to one of those who ask for it at the same moment", async () => {
    const peers = new PeerNodes(nodes);
    const clients = peers.servers.map((_, node) => peers.ask(node, "ann", `token ${node}`));
    await peers.network.settle();
    expect(reads(...clients)).toEqual([[open], ...clients.slice(1).map(() => [idTaken])]);
  });

  test("is taken over from another node by its token, and stays so", async () => {
    const peers = new PeerNodes(nodes);
    const bob = await peers.register(0, "bob");
    const cid = await peers.register(last, "cid");
    await peers.send(cid, offer("bob", 1));
    const newer = await peers.register(last, "bob");
    await peers.send(cid, offer("bob", 2));
    await peers.send(newer, offer("cid"));
    const other = await peers.asked(0, "bob", "other");
    expect([reads(bob, newer, cid, other), ends(bob, newer)]).toEqual([
      [[offered("cid", "bob", 1)], [offered("cid", "bob", 2)], [offered("bob", "cid")], [idTaken]],
      [takenOver, undefined],
    ]);
  });

  test("is taken over again and again, on whatever node", async () => {
    const peers = new PeerNodes(nodes);
    const ann = await peers.register(0, "ann");
    const sockets: FakeClient[] = [];
    for (const node of [0, last, last, 0, last]) sockets.push(await peers.register(node, "bob"));
    await peers.send(ann, offer("bob"));
    expect([reads(...sockets), ends(...sockets)]).toEqual([
      [[], [], [], [], [offered("ann", "bob")]],
      [takenOver, takenOver, takenOver, takenOver, undefined],
    ]);
  });

  test("is free once its holder has left, or has said good-bye", async () => {
    const peers = new PeerNodes(nodes);
    (await peers.register(0, "ann")).socket.hangUp();
    await peers.send(await peers.register(0, "bob"), { type: "LEAVE" });
    const others = [
      await peers.asked(last, "ann", "other"),
      await peers.asked(last, "bob", "other"),
    ];
    expect(reads(...others)).toEqual([[open], [open]]);
  });
});

describe("a node that is cut off", () => {
  test("gives an id that is held elsewhere, and the older holder has it when nodes meet again", async () => {
    const peers = new PeerNodes(3);
    const older = await peers.register(0, "bob", "his");
    peers.network.cut(peers.buses[1]!);
    const younger = await peers.register(1, "bob", "hers");
    peers.network.heal(peers.buses[1]!);
    await peers.network.settle();
    const ann = await peers.register(1, "ann");
    await peers.send(ann, offer("bob"));
    expect([reads(older, younger), ends(older, younger)]).toEqual([
      [[offered("ann", "bob")], [idTaken]],
      [undefined, taken],
    ]);
  });

  test("gives one to a client whose older socket is elsewhere, which ends when nodes meet again", async () => {
    const peers = new PeerNodes(3);
    const older = await peers.register(0, "bob");
    peers.network.cut(peers.buses[1]!);
    const newer = await peers.register(1, "bob");
    const apart = ends(older, newer);
    peers.network.heal(peers.buses[1]!);
    await peers.network.settle();
    const ann = await peers.register(0, "ann");
    await peers.send(ann, offer("bob"));
    expect([apart, reads(older, newer), ends(older, newer)]).toEqual([
      [undefined, undefined],
      [[], [offered("ann", "bob")]],
      [takenOver, undefined],
    ]);
  });
});

describe("the list of ids", () => {
  const listed = { "peerjs-allow-discovery": true };

  test("is that of all nodes, on nodes without clients too", async () => {
    const peers = new PeerNodes(3, listed);
    await peers.register(0, "ann");
    await peers.register(0, "bob");
    const cid = await peers.register(1, "cid");
    const before = await peers.lists();
    cid.socket.hangUp();
    await peers.send(await peers.register(1, "dan"), { type: "LEAVE" });
    const all = ["ann", "bob", "cid"];
    expect([before, await peers.lists()]).toEqual([
      [all, all, all],
      [
        ["ann", "bob"],
        ["ann", "bob"],
        ["ann", "bob"],
      ],
    ]);
  });

  test("has an id once that was taken over, and until its last holder leaves", async () => {
    const peers = new PeerNodes(3, listed);
    const sockets: FakeClient[] = [];
    for (const node of [0, 1, 1, 0, 2]) {
      sockets.push(await peers.register(node, "ann"));
      expect(await peers.lists()).toEqual([["ann"], ["ann"], ["ann"]]);
    }
    for (const { socket } of sockets) socket.hangUp();
    await peers.network.settle();
    expect(await peers.lists()).toEqual([[], [], []]);
    await peers.pass(warmSeconds + 1);
    expect(peers.network.openTopics).toBe(0);
  });

  test("is told to nobody unless that is allowed, nor to other nodes", async () => {
    const peers = new PeerNodes(2);
    await peers.register(0, "ann");
    const response = await peers.servers[0]!.get("/peerjs/peers");
    expect([response?.status, peers.network.openTopics]).toEqual([401, 1]);
  });
});

test("the limit of clients is that of each node, and taking over is within it", async () => {
  const peers = new PeerNodes(2, { "peerjs-concurrent-limit": 1 });
  await peers.register(0, "ann");
  await peers.register(0, "ann");
  await peers.register(1, "bob");
  const full = await peers.asked(1, "ann");
  expect([reads(full), ends(full)]).toEqual([
    [['{"type":"ERROR","payload":{"msg":"Server has reached its concurrent user limit"}}']],
    [{ code: 1013, reason: "Server has reached its concurrent user limit" }],
  ]);
});

test("tokens stay on their node, and those of several ids do not look alike", async () => {
  const peers = new PeerNodes(2);
  for (const id of ["ann", "bob"]) await peers.register(0, id, "secret");
  const told = peers.network.told.join();
  const proofs = [...told.matchAll(/"proof":"([^"]+)"/g)].map(([, proof]) => proof);
  expect([told.includes("secret"), new Set(proofs).size]).toEqual([false, 2]);
});
