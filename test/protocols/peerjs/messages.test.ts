// Messages between clients of PeerJS on different nodes.

import { describe, expect, test } from "bun:test";
import { expired, offer, offered, open, PeerNodes, reads } from "./peer-nodes.ts";

describe("messages between nodes", () => {
  test("wait for who is not there, from all nodes, and go where that peer appears", async () => {
    const peers = new PeerNodes(3);
    const [ann, bob] = [await peers.register(0, "ann"), await peers.register(1, "bob")];
    await peers.send(ann, offer("cid", 1), { type: "LEAVE", dst: "cid" }, offer("cid", 2));
    await peers.send(bob, offer("cid", 3));
    await peers.pass(4);
    const cid = await peers.asked(2, "cid");
    await peers.send(ann, offer("cid", 4));
    const texts = cid.reads();
    expect([texts[0], texts.filter((text) => text.includes("ann")), reads(ann, bob)]).toEqual([
      open,
      [1, 2, 4].map((payload) => offered("ann", "cid", payload)),
      [[], []],
    ]);
    expect(texts.filter((text) => text.includes("bob"))).toEqual([offered("bob", "cid", 3)]);
    await peers.pass(10);
    expect(reads(ann, bob, cid)).toEqual([[], [], []]);
  });

  test("that nobody comes for are said to be lost, once, after their time", async () => {
    const peers = new PeerNodes(2);
    const ann = await peers.register(0, "ann");
    await peers.send(ann, offer("cid", 1), offer("cid", 2), { type: "EXPIRE", dst: "cid" });
    await peers.pass(5);
    expect(ann.reads()).toEqual([]);
    await peers.pass(0.25);
    expect(ann.reads()).toEqual([expired("cid", "ann")]);
    await peers.pass(20);
    expect([ann.reads(), peers.network.openTopics]).toEqual([[], 1]);
  });

  test("wait as long as they shall, however long that is", async () => {
    const peers = new PeerNodes(2, { "peerjs-expire-timeout": 60_000 });
    await peers.send(await peers.register(0, "ann"), offer("cid"));
    await peers.pass(50);
    expect((await peers.asked(1, "cid")).reads()).toEqual([open, offered("ann", "cid")]);
  });

  test("for one who leaves meanwhile wait for its return, before those sent later", async () => {
    const peers = new PeerNodes(2);
    const [ann, bob] = [await peers.register(0, "ann"), await peers.register(1, "bob")];
    await peers.send(ann, offer("bob", 1));
    expect(bob.reads()).toEqual([offered("ann", "bob", 1)]);
    ann.send(offer("bob", 2));
    ann.send({ type: "LEAVE", dst: "bob" });
    ann.send(offer("bob", 3));
    bob.socket.hangUp();
    // It is known here that bob has left, but not yet what has become of the three messages.
    peers.network.deliver(4);
    ann.send(offer("bob", 4));
    await peers.network.settle();
    await peers.send(ann, offer("bob", 5));
    const again = await peers.asked(1, "bob");
    expect([again.reads(), ann.reads()]).toEqual([
      [open, ...[2, 3, 4, 5].map((payload) => offered("ann", "bob", payload))],
      [],
    ]);
  });

  test("for one who moves to another node meanwhile are said to be lost", async () => {
    const peers = new PeerNodes(3);
    const [ann, bob] = [await peers.register(0, "ann"), await peers.register(1, "bob")];
    await peers.send(ann, offer("bob", 1));
    const moved = peers.ask(2, "bob");
    peers.network.deliver();
    await new Promise(setImmediate);
    // It has the id by now, which is not known here.
    await peers.send(ann, offer("bob", 2));
    await peers.send(ann, offer("bob", 3));
    expect(reads(bob, moved, ann)).toEqual([
      [offered("ann", "bob", 1)],
      [open, offered("ann", "bob", 3)],
      [expired("bob", "ann")],
    ]);
  });

  test("to somebody here wait for no other node", async () => {
    const peers = new PeerNodes(2);
    const ann = await peers.register(0, "ann");
    const bob = peers.ask(0, "bob");
    peers.network.deliver();
    await new Promise(setImmediate);
    // Nobody elsewhere has been asked about bob.
    ann.send(offer("bob"));
    expect(bob.reads()).toEqual([open, offered("ann", "bob")]);
  });

  test("to oneself arrive, and to what nobody can be called are lost in the end", async () => {
    const peers = new PeerNodes(2);
    const ann = await peers.register(0, "ann");
    const nobody = "a".repeat(256);
    await peers.send(ann, offer("ann"), offer(nobody));
    await peers.pass(5.25);
    expect(ann.reads()).toEqual([offered("ann", "ann"), expired(nobody, "ann")]);
  });
});
