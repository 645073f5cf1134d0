import { describe, expect, test } from "bun:test";
import { HubMembers } from "./hub-members.ts";

const kinds: readonly (readonly [string, () => HubMembers])[] = [
  ["to a few, by copies", () => new HubMembers()],
  [
    "to many, by a native channel",
    () => {
      const all = new HubMembers();
      all.crowd();
      return all;
    },
  ],
];

describe.each(kinds)("a broadcast %s", (_kind, open) => {
  test("reaches everybody but the one it excepts", () => {
    const all = open();
    for (const name of ["ann", "bob", "cid"]) all.join(name);
    all.broadcast("cid", "to others");
    all.broadcast("cid", "to all", true);
    expect(all.heard()).toEqual({
      ann: ["+bob", "+cid", "to others", "to all"],
      bob: ["+cid", "to others", "to all"],
      cid: ["to all"],
    });
  });

  test("does not overtake the relays before it, nor is it overtaken by those after it", () => {
    const all = open();
    all.join("ann");
    all.join("bob");
    for (let round = 1; round <= 2; round++) {
      all.relay("ann", "bob", `relay ${round}`);
      all.broadcast("ann", `broadcast ${round}`);
    }
    all.join("cid");
    expect(all.heard()["bob"]).toEqual([
      "relay 1",
      "broadcast 1",
      "relay 2",
      "broadcast 2",
      "+cid",
    ]);
  });

  test("keeps its place among the frames that wait for one who does not read", () => {
    const all = open();
    all.join("ann");
    all.join("bob");
    all.backUp("bob");
    all.relay("ann", "bob", "1");
    all.broadcast("ann", "2");
    all.join("cid");
    all.relay("ann", "bob", "3");
    all.read("bob");
    all.broadcast("ann", "4");
    const bob = ["unread", "unread", "1", "2", "+cid", "3", "4"];
    expect(all.heard()).toEqual({ ann: ["+bob", "+cid"], bob, cid: ["4"] });
  });

  test("of one who does not read is heard by others only", () => {
    const all = open();
    all.join("ann");
    all.join("bob");
    all.backUp("ann");
    all.broadcast("ann", "to others");
    all.broadcast("ann", "to all", true);
    all.read("ann");
    expect(all.heard()).toEqual({
      ann: ["+bob", "unread", "unread", "to all"],
      bob: ["to others", "to all"],
    });
  });

  test("that is long keeps its place among short ones", () => {
    const all = open();
    all.join("ann");
    all.join("bob");
    const frames = [0, 1, 2, 3].map((index) => `${index}`.padEnd(index % 2 === 0 ? 1 : 5000, "x"));
    for (const frame of frames) all.broadcast("ann", frame);
    all.backUp("bob");
    for (const frame of frames) all.broadcast("ann", frame);
    all.read("bob");
    expect(all.heard()["bob"]).toEqual([...frames, "unread", "unread", ...frames]);
  });

  test("that is long waits in the queue of one who does not read, and hardly in the socket", () => {
    const all = open();
    all.join("ann");
    const { socket } = all.join("bob");
    all.endTick();
    socket.stall();
    for (let left = 10; left > 0; left--) {
      all.broadcast("ann", "x".repeat(60_000));
      all.endTick();
    }
    expect(socket.getBufferedAmount()).toBe(60_000);
    all.read("bob");
    expect(all.heard()["bob"]?.length).toBe(10);
  });

  test("to readers that stop is not lost: they are found and get copies", () => {
    const all = open();
    all.join("ann");
    const { socket, peer } = all.join("bob");
    all.endTick();
    socket.stall();
    const frames = Array.from({ length: 400 }, (_, index) => `${index}`.padEnd(1000, "x"));
    for (const frame of frames) {
      all.broadcast("ann", frame);
      all.endTick();
    }
    expect([peer.outbox.isBackedUp, socket.lost]).toEqual([true, []]);
    all.read("bob");
    expect(all.heard()["bob"]).toEqual(frames);
  });
});
