import { describe, expect, test } from "bun:test";
import { announce, announced, binary, failed, offers } from "../../support/tracker-frames.ts";
import { Company } from "./company.ts";

const others = ["bob", "cid", "dan"];

/** The offers that everybody has read, whoever they are from. */
const offersIn = (reads: Record<string, readonly unknown[]>) =>
  Object.entries(reads).flatMap(([name, frames]) =>
    frames
      .filter((frame) => Object(frame).offer !== undefined)
      .map((frame) => ({ name, id: Object(frame).offer_id, from: Object(frame).peer_id })),
  );

test.each(["/tracker", "/announce"])("a client may connect at %s", (path) => {
  const [server] = new Company({ nodes: 1 }).servers;
  expect(server!.upgrade(path)).toBe("upgrade");
});

test.each(["/", "/tracker/x", "/stats", "/stats.json", "/scrape"])("not at %s", async (path) => {
  const [server] = new Company({ nodes: 1 }).servers;
  expect([server!.upgrade(path), await server!.get(path)]).toEqual([undefined, undefined]);
});

describe.each([1, 2])("on %i nodes, an announce", (nodes) => {
  test("is answered with the numbers after it, oneself included", async () => {
    const company = new Company({ nodes });
    const numbers = async (name: string, fields: object) => {
      const [frame] = (await company.after(name, announce("swarm", name, { ...fields })))[name]!;
      return [Object(frame).complete, Object(frame).incomplete];
    };
    expect(await company.after("ann", announce("swarm", "ann"))).toEqual({
      ann: [announced("swarm", 0, 1)],
    });
    expect(await numbers("ann", { event: "started", left: 5 })).toEqual([0, 1]);
    expect(await numbers("bob", { event: "started", left: 0 })).toEqual([1, 1]);
    // Whoever has everything keeps it, whatever it says later.
    expect(await numbers("bob", { event: "update" })).toEqual([1, 1]);
    expect(await numbers("bob", { left: 7 })).toEqual([1, 1]);
    expect(await numbers("ann", { event: "completed" })).toEqual([2, 0]);
    expect(await numbers("cid", { event: "completed", left: 3 })).toEqual([3, 0]);
    expect(await numbers("dan", { event: "paused" })).toEqual([3, 1]);
    expect(await numbers("bob", { event: "stopped" })).toEqual([2, 1]);
    expect(await numbers("bob", { event: "stopped" })).toEqual([2, 1]);
    expect(await numbers("dan", { event: "stopped" })).toEqual([2, 0]);
    expect(await numbers("eve", { event: "stopped" })).toEqual([2, 0]);
  });

  test.each([undefined, null, "", "empty", "update", "started", "completed", "paused", "stopped"])(
    "may have the event %p",
    async (event) => {
      const company = new Company({ nodes });
      const { ann } = await company.after("ann", announce("swarm", "ann", { event }));
      expect(ann).toEqual([
        announced(
          "swarm",
          event === "completed" ? 1 : 0,
          event === "completed" || event === "stopped" ? 0 : 1,
        ),
      ]);
    },
  );

  test.each([
    [0, 1],
    [-0, 1],
    ["0", 1],
    [1, 0],
    [0.5, 0],
    [null, 0],
    [false, 0],
    [[], 0],
    ["x", 0],
  ])("that has %p left counts %i as complete", async (left, complete) => {
    const company = new Company({ nodes });
    const { ann } = await company.after("ann", announce("swarm", "ann", { left }));
    expect(ann).toEqual([announced("swarm", complete, 1 - complete)]);
  });

  test("brings one offer to each of as many others as there are, and none to oneself", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", ...others]);
    await company.announce("elsewhere", ["eve"]);
    const reads = await company.after(
      "ann",
      announce("swarm", "ann", { numwant: 25, offers: offers(25) }),
    );
    expect(reads["ann"]).toEqual([announced("swarm", 0, 4)]);
    const passed = offersIn(reads);
    expect(passed.map(({ name }) => name).toSorted()).toEqual(others);
    expect(new Set(passed.map(({ id }) => id)).size).toBe(3);
    expect(passed.every(({ from }) => from === binary("ann"))).toBe(true);
  });

  test("brings its offers to different ones, whom chance picks", async () => {
    const company = new Company({ nodes });
    const names = Array.from({ length: 8 }, (_, index) => `peer-${index}`);
    await company.announce("swarm", ["ann", ...names]);
    const times = new Map(names.map((name) => [name, 0]));
    for (let turn = 0; turn < 400; turn++) {
      const passed = offersIn(
        await company.after("ann", announce("swarm", "ann", { offers: offers(2) })),
      );
      expect(new Set(passed.map(({ name }) => name)).size).toBe(2);
      for (const { name } of passed) times.set(name, times.get(name)! + 1);
    }
    // 100 for each; seven deviations of 8.7 are never seen.
    for (const time of times.values()) expect(Math.abs(time - 100)).toBeLessThan(61);
  });

  test("brings at most 82 offers", async () => {
    const company = new Company({ nodes });
    const names = Array.from({ length: 90 }, (_, index) => `peer-${index}`);
    await company.announce("swarm", ["ann", ...names]);
    const reads = await company.after("ann", announce("swarm", "ann", { offers: offers(90) }));
    expect(offersIn(reads)).toHaveLength(82);
    expect(reads["ann"]).toEqual([announced("swarm", 0, 91)]);
  });

  test("passes an offer as it was written", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", "bob"]);
    company
      .client("ann")
      .send(
        `{ "action":"announce","info_hash":"${binary("swarm")}","peer_id":"${binary("ann")}",` +
          '"offers":[ {"offer_id" : 1.0e2, "offer": { "sdp":"\\u00e9\\r\\n", "type":"x","n":12345678901234567890 } , "more":1} ] }',
      );
    await company.network.settle();
    expect(company.client("bob").reads()).toEqual([
      '{"action":"announce","offer":{ "sdp":"\\u00e9\\r\\n", "type":"x","n":12345678901234567890 },' +
        `"offer_id":1.0e2,"peer_id":"${binary("ann")}","info_hash":"${binary("swarm")}"}`,
    ]);
  });

  test("that stops brings no offers", async () => {
    const company = new Company({ nodes });
    await company.announce("swarm", ["ann", "bob"]);
    const stop = announce("swarm", "ann", { event: "stopped", offers: offers(1) });
    expect(await company.after("ann", stop)).toEqual({ ann: [announced("swarm", 0, 1)] });
  });

  test("is answered before its offers come", async () => {
    const company = new Company({ nodes });
    // Both are on one socket.
    await company.send("ann", announce("swarm", "ann"));
    await company.send("ann", announce("swarm", "other"));
    const { ann } = await company.after("ann", announce("swarm", "ann", { offers: offers(1) }));
    expect(ann).toEqual([
      announced("swarm", 0, 2),
      {
        action: "announce",
        offer: { type: "offer", sdp: "offer 0" },
        offer_id: "0",
        peer_id: binary("ann"),
        info_hash: binary("swarm"),
      },
    ]);
  });

  test("of a full swarm is refused, and the connection stays", async () => {
    const company = new Company({ nodes, limits: { maxTopicMembers: 2 } });
    await company.announce("swarm", ["ann", "bob"]);
    expect(await company.after("cid", announce("swarm", "cid"))).toEqual({
      cid: [failed("swarm full", "swarm")],
    });
    expect(await company.after("ann", announce("swarm", "ann"))).toEqual({
      ann: [announced("swarm", 0, 2)],
    });
    await company.send("bob", announce("swarm", "bob", { event: "stopped" }));
    expect((await company.after("cid", announce("swarm", "cid")))["cid"]).toEqual([
      announced("swarm", 0, 2),
    ]);
  });

  test("of one swarm more than a node may have is refused, and the connection stays", async () => {
    const company = new Company({ nodes, limits: { maxTopics: 2 } });
    for (const swarm of ["one", "two"]) await company.announce(swarm, ["ann"]);
    expect(await company.after("ann", announce("three", "ann"))).toEqual({
      ann: [failed("too many swarms on this server", "three")],
    });
    await company.send("ann", announce("two", "ann", { event: "stopped" }));
    // Other nodes may ask for a while longer.
    await company.pass(20);
    expect(await company.after("ann", announce("three", "ann"))).toEqual({
      ann: [announced("three", 0, 1)],
    });
  });

  test("counts with all offers that are passed on, and beyond the rate is a failure", async () => {
    // Twenty seconds of it are allowed at once.
    const company = new Company({ nodes, limits: { framesPerSecond: 1 } });
    await company.announce("swarm", ["ann", ...others]);
    const tells = announce("swarm", "ann", { offers: offers(3) });
    // One was the first announce; each of these is four.
    for (let turn = 0; turn < 4; turn++)
      expect((await company.after("ann", tells))["ann"]).toEqual([announced("swarm", 0, 4)]);
    expect((await company.after("ann", tells))["ann"]).toEqual([announced("swarm", 0, 4)]);
    expect(await company.after("ann", tells)).toEqual({ ann: [failed("too many messages")] });
    expect(await company.after("bob", announce("swarm", "bob"))).toEqual({
      bob: [announced("swarm", 0, 4)],
    });
  });

  test("keeps every byte of an info_hash, a peer_id and an offer_id", async () => {
    const company = new Company({ nodes });
    for (let first = 0; first < 256; first += 16) {
      const bytes = Array.from({ length: 20 }, (_, at) => String.fromCharCode((first + at) % 256));
      const swarm = bytes.join("");
      const peer = bytes.toReversed().join("");
      await company.send("ann", announce(swarm, peer));
      await company.send("bob", announce(swarm, "bob"));
      company.reads();
      const id = `${swarm}${peer}`;
      const message = announce(swarm, "bob", { offers: [{ offer: {}, offer_id: id }] });
      expect(await company.after("bob", message)).toEqual({
        bob: [announced(swarm, 0, 2)],
        ann: [
          { action: "announce", offer: {}, offer_id: id, peer_id: binary("bob"), info_hash: swarm },
        ],
      });
      const answer = announce(swarm, "bob", { to_peer_id: peer, answer: {}, offer_id: id });
      expect(await company.after("bob", answer)).toEqual({
        ann: [
          {
            action: "announce",
            answer: {},
            offer_id: id,
            peer_id: binary("bob"),
            info_hash: swarm,
          },
        ],
      });
    }
  });
});
