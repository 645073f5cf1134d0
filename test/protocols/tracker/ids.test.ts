// Whose a peer_id is: several of one connection, answers from and to it, and who may take it over.

import { describe, expect, test } from "bun:test";
import {
  announce,
  announced,
  answer,
  binary,
  failed,
  offers,
} from "../../support/tracker-frames.ts";
import { Company } from "./company.ts";

const interval = 120;
const inUse = (swarm: string) => failed("peer_id in use by another connection", swarm);

const answered = (swarm: string, from: string, to: string) => ({
  action: "announce",
  answer: { type: "answer", sdp: `${from} to ${to}` },
  offer_id: "1",
  peer_id: binary(from),
  info_hash: binary(swarm),
});

describe.each([1, 2])("on %i nodes", (nodes) => {
  test("an answer goes to the one that it is for, and is not answered itself", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", "bob", "cid"]);
    expect(await company.after("bob", answer("swarm", "bob", "ann"))).toEqual({
      ann: [answered("swarm", "bob", "ann")],
    });
  });

  test("an answer passes as it was written", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", "bob"]);
    const raw = '{ "sdp" : 1.0 ,"sdp":[12345678901234567890,"\\u00e9"]}';
    const { sdp: _, ...fields } = Object(answer("swarm", "bob", "ann", { answer: 0, offer_id: 1 }));
    const text = JSON.stringify(fields);
    await company.send("bob", text.replace('"answer":0', `"answer": ${raw}`));
    expect(company.client("ann").reads()).toEqual([
      `{"action":"announce","answer":${raw},"offer_id":1,"peer_id":"${binary("bob")}","info_hash":"${binary("swarm")}"}`,
    ]);
  });

  test("an answer to nobody, or to somebody of another swarm, is silently dropped", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", "bob"]);
    await company.announce("elsewhere", ["cid"]);
    for (const to of ["nobody", "cid"])
      expect(await company.after("bob", answer("swarm", "bob", to))).toEqual({});
  });

  test("an answer counts with an id that its connection has announced in that swarm only", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", "bob"]);
    await company.announce("elsewhere", ["cid"]);
    for (const [sender, swarm, peer] of [
      ["bob", "swarm", "ann"],
      ["bob", "swarm", "nobody"],
      ["bob", "elsewhere", "bob"],
      ["cid", "swarm", "cid"],
      ["new", "swarm", "new"],
      ["new", "nowhere", "new"],
    ] as const)
      expect(await company.after(sender, answer(swarm, peer, "ann"))).toEqual({
        [sender]: [failed("invalid peer_id", swarm)],
      });
    // Nobody is in a swarm by that.
    expect(await company.after("ann", announce("swarm", "ann"))).toEqual({
      ann: [announced("swarm", 0, 2)],
    });
  });

  test("a connection is in several swarms under different ids, and gone from all when it closes", async () => {
    const company = new Company({ nodes });
    const places = [
      ["one", "ann-1"],
      ["two", "ann-2"],
      ["two", "ann-3"],
    ] as const;
    for (const [swarm, peer] of places)
      await company.send("ann", announce(swarm, peer, { left: 0 }));
    await company.announce("one", ["bob"]);
    await company.announce("two", ["bob"]);

    const brings = announce("two", "bob", { offers: offers(5) });
    const reads = await company.after("bob", brings);
    expect(reads["bob"]).toEqual([announced("two", 2, 1)]);
    expect(reads["ann"]).toHaveLength(2);
    expect(await company.after("bob", answer("two", "bob", "ann-3"))).toEqual({
      ann: [answered("two", "bob", "ann-3")],
    });
    expect(await company.after("ann", answer("two", "ann-3", "bob"))).toEqual({
      bob: [answered("two", "ann-3", "bob")],
    });

    company.client("ann").socket.hangUp();
    await company.network.settle();
    for (const swarm of ["one", "two"])
      expect(await company.after("bob", announce(swarm, "bob", { offers: offers(5) }))).toEqual({
        bob: [announced(swarm, 0, 1)],
      });
  });

  test("one of the ids of a connection may leave, and the others stay", async () => {
    const company = new Company({ nodes });
    for (const peer of ["ann-1", "ann-2"]) await company.send("ann", announce("swarm", peer));
    await company.announce("swarm", ["bob"]);
    await company.send("ann", announce("swarm", "ann-1", { event: "stopped" }));
    const reads = await company.after("bob", announce("swarm", "bob", { offers: offers(5) }));
    expect([reads["bob"], reads["ann"]?.length]).toEqual([[announced("swarm", 0, 2)], 1]);
    company.client("ann").socket.hangUp();
    await company.network.settle();
    expect(await company.after("bob", announce("swarm", "bob"))).toEqual({
      bob: [announced("swarm", 0, 1)],
    });
  });

  test("an id of another connection is refused, and everything else of that one stays", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", "bob"]);
    const steal = announce("swarm", "ann", { left: 0, offers: offers(5) });
    expect(await company.after("bob", steal)).toEqual({ bob: [inUse("swarm")] });
    expect(await company.after("bob", announce("swarm", "bob", { offers: offers(5) }))).toEqual({
      bob: [announced("swarm", 0, 2)],
      ann: [expect.objectContaining({ offer_id: "0" })],
    });
    // It may be somebody else's where the first is not.
    expect(await company.after("bob", announce("elsewhere", "ann"))).toEqual({
      bob: [announced("elsewhere", 0, 1)],
    });
  });

  test("nobody is stopped by another connection", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", "bob"]);
    const stop = announce("swarm", "ann", { event: "stopped" });
    expect(await company.after("bob", stop)).toEqual({ bob: [announced("swarm", 0, 2)] });
  });

  test("an id is free once its connection has closed", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", "bob"]);
    company.client("ann").socket.hangUp();
    await company.network.settle();
    expect(await company.after("bob", announce("swarm", "ann"))).toEqual({
      bob: [announced("swarm", 0, 2)],
    });
  });

  test("an id may be taken over from a connection that has said nothing for two intervals", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", "bob"], { left: 0 });
    await company.pass(2 * interval - 1);
    await company.send("bob", announce("swarm", "bob"));
    expect(await company.after("bob", announce("swarm", "ann"))).toEqual({ bob: [inUse("swarm")] });
    await company.pass(1);
    expect(await company.after("bob", announce("swarm", "ann"))).toEqual({
      bob: [announced("swarm", 1, 1)],
    });
    await company.announce("swarm", ["cid"]);
    expect(await company.after("cid", answer("swarm", "cid", "ann"))).toEqual({
      bob: [answered("swarm", "cid", "ann")],
    });
    // The first has nothing of it any more, but may be in other swarms.
    expect(await company.after("ann", announce("swarm", "ann"))).toEqual({ ann: [inUse("swarm")] });
    expect(await company.after("ann", announce("elsewhere", "ann"))).toEqual({
      ann: [announced("elsewhere", 0, 1)],
    });
    company.client("ann").socket.hangUp();
    expect(await company.after("cid", announce("swarm", "cid"))).toEqual({
      cid: [announced("swarm", 1, 2)],
    });
  });

  test("anything that a connection says in time keeps all its ids", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", "bob"]);
    await company.send("ann", announce("elsewhere", "ann"));
    for (const message of [announce("elsewhere", "ann"), { action: "scrape" }, "?"]) {
      await company.pass(2 * interval - 1);
      await company.send("ann", message);
      expect(await company.after("bob", announce("swarm", "ann"))).toEqual({
        bob: [inUse("swarm")],
      });
    }
  });

  test("who was silent, and has lost nothing meanwhile, has its ids again with its next word", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", "bob"]);
    await company.pass(5 * interval);
    await company.send("ann", announce("elsewhere", "ann"));
    expect(await company.after("bob", announce("swarm", "ann"))).toEqual({ bob: [inUse("swarm")] });
    expect(await company.after("ann", announce("swarm", "ann"))).toEqual({
      ann: [announced("swarm", 0, 2)],
    });
  });

  test("a connection has so many places, those that it has lost not counted", async () => {
    const company = new Company({ nodes, options: { "tracker-max-swarms": 3 } });
    const tooMany = (swarm: string) => failed("more than 3 swarms on one connection", swarm);
    await company.announce("one", ["ann"]);
    for (const peer of ["ann-1", "ann-2"]) await company.send("ann", announce("two", peer));
    for (const [swarm, peer] of [
      ["three", "ann"],
      ["two", "ann-3"],
    ] as const)
      expect((await company.after("ann", announce(swarm, peer)))["ann"]).toEqual([tooMany(swarm)]);
    expect(await company.after("ann", announce("two", "ann-2"))).toEqual({
      ann: [announced("two", 0, 2)],
    });
    await company.send("ann", announce("two", "ann-1", { event: "stopped" }));
    expect(await company.after("ann", announce("three", "ann"))).toEqual({
      ann: [announced("three", 0, 1)],
    });
    await company.pass(2 * interval);
    expect((await company.after("bob", announce("one", "ann")))["bob"]).toEqual([
      announced("one", 0, 1),
    ]);
    expect(await company.after("ann", announce("four", "ann"))).toEqual({
      ann: [announced("four", 0, 1)],
    });
    expect(await company.after("ann", announce("five", "ann"))).toEqual({ ann: [tooMany("five")] });
  });
});

describe("two connections on two nodes", () => {
  test("that come at once under one id: one of them has it", async () => {
    const company = new Company({ nodes: 2 });
    const names = ["ann", "bob"];
    for (const name of names) company.client(name).send(announce("swarm", "same"));
    await company.network.settle();
    company.reads();
    const replies = [];
    for (const name of names)
      replies.push((await company.after(name, announce("swarm", "same")))[name]);
    expect(replies).toContainEqual([announced("swarm", 0, 1)]);
    expect(replies).toContainEqual([inUse("swarm")]);
  });

  test("that took one id while the nodes could not reach each other: one of them keeps it", async () => {
    const company = new Company({ nodes: 2 });
    const buses = company.servers.map(({ node }) => node.bus);
    company.network.cut(buses[0]!);
    for (const name of ["ann", "bob"]) await company.send(name, announce("swarm", "same"));
    company.network.heal(buses[0]!);
    await company.network.settle();
    company.reads();
    const replies = [];
    for (const name of ["ann", "bob"])
      replies.push((await company.after(name, announce("swarm", "same")))[name]);
    expect(replies).toContainEqual([announced("swarm", 0, 1)]);
    expect(replies).toContainEqual([inUse("swarm")]);
  });

  test("nobody loses an id to one that came when the first had just spoken again", async () => {
    const company = new Company({ nodes: 2 });
    await company.announce("swarm", ["ann", "bob"]);
    await company.pass(2 * interval);
    // Each node deals with its own client first.
    company.client("ann").send(announce("swarm", "ann"));
    company.client("bob").send(announce("swarm", "ann"));
    await company.network.settle();
    company.reads();
    const replies = [];
    for (const name of ["ann", "bob"])
      replies.push((await company.after(name, announce("swarm", "ann")))[name]);
    expect(replies).toContainEqual([announced("swarm", 0, 2)]);
    expect(replies).toContainEqual([inUse("swarm")]);
  });
});
