import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { stepMs } from "../../../src/core/clock.ts";
import type { Peer } from "../../../src/core/peer.ts";
import {
  callBytes,
  messageBytes,
  type WaitingBounds,
  WaitingRoom,
} from "../../../src/protocols/peerjs/waiting-room.ts";
import { FakeNode } from "../../support/fake-node.ts";

const stepSeconds = stepMs / 1000;
const timeoutSeconds = 5;

/** What a call of so many messages counts for, of so many bytes each. */
const sizeOf = (messages: number, bytes = 1): number =>
  callBytes + messages * (messageBytes + bytes);

const roomy: WaitingBounds = { perId: 1e6, perCaller: 1e6, share: 0, common: 1e6 };

function open(bounds: Partial<WaitingBounds> = {}) {
  const fake = new FakeNode();
  const { clock } = fake.node;
  const room = new WaitingRoom(clock, timeoutSeconds, { ...roomy, ...bounds });
  const peers = new Map<string, Peer>();
  const pairOf = (sender: string, missing: string) => {
    const peer = peers.get(sender) ?? fake.connect().peer;
    peers.set(sender, peer);
    return { sender, peer, missing };
  };
  const named = (pairs: ReturnType<typeof room.add>) =>
    pairs.map(({ sender, missing }) => `${sender} misses ${missing}`);
  /** @param bytes of the frame, which is padded with spaces. @returns who is told at once */
  const add = (sender: string, missing: string, frame: string, bytes = 1) =>
    named(room.add(pairOf(sender, missing), frame.padEnd(bytes)));
  const comeBack = (sender: string, missing: string, frame: string) =>
    named(room.add(pairOf(sender, missing), frame, "node"));
  const taken = (missing: string) =>
    room.take(missing).map(({ pair, frame }) => `${pair.sender}: ${frame.trimEnd()}`);
  /** Goes on by some seconds, step by step. @returns what was expired, and when */
  const wait = (seconds: number) => {
    const expired: string[] = [];
    for (const until = clock.seconds + seconds; clock.seconds < until; ) {
      clock.step();
      for (const pair of named(room.expire())) expired.push(`${clock.seconds} ${pair}`);
    }
    return expired;
  };
  return { clock, room, pairOf, add, comeBack, taken, wait };
}

describe("who comes in time", () => {
  test("takes what waited, in order, once", () => {
    const { room, add, taken, wait } = open();
    add("ann", "cid", "1");
    add("bob", "cid", "2");
    add("ann", "dan", "3");
    wait(timeoutSeconds);
    add("ann", "cid", "4");
    expect([taken("cid"), taken("cid"), taken("eve"), room.size]).toEqual([
      ["ann: 1", "bob: 2", "ann: 4"],
      [],
      [],
      1,
    ]);
    expect(wait(10)).toEqual(["5.25 ann misses dan"]);
    expect(room.size).toBe(0);
  });
});

describe("what has waited for too long", () => {
  test("is gone one step after the timeout, as the clock may be a step late", () => {
    const { add, taken, wait } = open();
    wait(1);
    add("ann", "cid", "1");
    expect(wait(timeoutSeconds)).toEqual([]);
    expect(wait(stepSeconds)).toEqual(["6.25 ann misses cid"]);
    expect(taken("cid")).toEqual([]);
  });

  test("is told to each sender once, however many messages there were", () => {
    const { add, wait } = open();
    for (const frame of ["1", "2", "3"])
      for (const [sender, missing] of ["ac", "bc", "ad"]) add(sender!, missing!, frame);
    expect(wait(10)).toEqual(["5.25 a misses c", "5.25 b misses c", "5.25 a misses d"]);
  });

  test("goes by itself: what came later stays for its own time, and is not told again", () => {
    const { add, taken, wait } = open();
    add("ann", "cid", "1");
    wait(2);
    add("ann", "cid", "2");
    add("bob", "cid", "3");
    expect(wait(4)).toEqual(["5.25 ann misses cid"]);
    add("ann", "cid", "4");
    expect(wait(2)).toEqual(["7.25 bob misses cid"]);
    expect(taken("cid")).toEqual(["ann: 4"]);
  });

  test("that came back goes before what its sender has sent since, and no later than that", () => {
    const { room, add, comeBack, taken, wait } = open();
    add("bob", "cid", "0");
    add("ann", "cid", "3");
    wait(1);
    comeBack("ann", "cid", "1");
    comeBack("ann", "cid", "2");
    comeBack("bob", "cid", "9");
    add("ann", "cid", "4");
    const order = taken("cid");
    comeBack("ann", "cid", "5");
    add("ann", "cid", "6");
    comeBack("bob", "cid", "7");
    expect([order, taken("cid"), room.size]).toEqual([
      ["bob: 9", "bob: 0", "ann: 1", "ann: 2", "ann: 3", "ann: 4"],
      ["ann: 5", "ann: 6", "bob: 7"],
      0,
    ]);
    add("ann", "cid", "8");
    wait(4);
    comeBack("ann", "cid", "7");
    expect(wait(2)).toEqual(["6.25 ann misses cid"]);
  });

  test("is told again to who calls again", () => {
    const { add, wait } = open();
    add("ann", "cid", "1");
    expect(wait(6)).toEqual(["5.25 ann misses cid"]);
    add("ann", "cid", "2");
    expect(wait(6)).toEqual(["11.25 ann misses cid"]);
  });
});

describe("there is no room", () => {
  test.each([
    ["for one more message to an id", { perId: sizeOf(2) }],
    ["for one more message of a caller", { perCaller: sizeOf(2) }],
    ["for one more message at all", { common: sizeOf(2) }],
  ])("%s: its sender is told at once, and once", (_what, bounds) => {
    const { add, taken, wait } = open(bounds);
    expect([add("ann", "cid", "1"), add("ann", "cid", "2")]).toEqual([[], []]);
    expect(add("ann", "cid", "3")).toEqual(["ann misses cid"]);
    expect(add("ann", "cid", "4")).toEqual([]);
    expect(taken("cid")).toEqual(["ann: 1", "ann: 2"]);
    add("ann", "cid", "5");
    expect(wait(6)).toEqual(["5.25 ann misses cid"]);
    add("ann", "cid", "6");
    expect(taken("cid")).toEqual(["ann: 6"]);
  });

  test("and whoever has as much as others gives way to none of them", () => {
    const { add, taken } = open({ common: sizeOf(1) });
    add("ann", "cid", "1");
    expect([add("ann", "dan", "2"), add("bob", "cid", "3")]).toEqual([
      ["ann misses dan"],
      ["bob misses cid"],
    ]);
    expect(taken("cid")).toEqual(["ann: 1"]);
  });

  test("for one caller, and there is for another", () => {
    const { add, taken } = open({ perCaller: sizeOf(1) });
    for (const sender of ["ann", "bob"]) for (const frame of ["1", "2"]) add(sender, "cid", frame);
    expect(taken("cid")).toEqual(["ann: 1", "bob: 1"]);
  });

  test("for a message that is larger than all that may wait", () => {
    const { room, add } = open({ common: 1000 });
    expect([add("ann", "cid", "1", 1001), room.size]).toEqual([["ann misses cid"], 0]);
  });
});

test("whatever happens, what fits stays for its time and leaves in order, and all of it is given back", () => {
  const name = fc.constantFrom("a", "b", "c");
  const command = fc.oneof(
    fc.record({ sender: name, missing: name, bytes: fc.integer({ min: 2, max: 300 }) }),
    fc.record({ take: name }),
    fc.record({ steps: fc.integer({ min: 1, max: 24 }) }),
  );
  const bounds = { perCaller: sizeOf(5, 100), share: sizeOf(5, 100) };
  interface Kept {
    readonly sender: string;
    readonly missing: string;
    readonly frame: string;
    readonly counted: number;
    readonly since: number;
  }
  /** What all messages of a caller count for. */
  const sizeFor = (kept: readonly Kept[], sender: string) => {
    const own = kept.filter((one) => one.sender === sender);
    // The message that began a call keeps that on its account, even when others of it are left.
    return own.reduce((bytes, one) => bytes + one.counted, 0);
  };
  const check = fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
    const { clock, room, add } = open(bounds);
    let kept: Kept[] = [];
    for (const [index, each] of commands.entries()) {
      if ("sender" in each) {
        const { sender, missing, bytes } = each;
        const frame = `${index}`;
        add(sender, missing, frame, bytes);
        const isFirst = !kept.some((one) => one.sender === sender && one.missing === missing);
        const counted = sizeOf(1, Math.max(bytes, frame.length)) - (isFirst ? 0 : callBytes);
        const before = sizeFor(kept, sender);
        if (before === 0 || before + counted <= bounds.perCaller)
          kept.push({ sender, missing, frame, counted, since: clock.seconds });
      } else if ("take" in each) {
        const mine = kept.filter(({ missing }) => missing === each.take);
        kept = kept.filter((one) => !mine.includes(one));
        const frames = room.take(each.take).map(({ frame }) => frame.trimEnd());
        expect(frames).toEqual(mine.map(({ frame }) => frame));
      } else {
        for (let step = 0; step < each.steps; step++) {
          clock.step();
          room.expire();
        }
        kept = kept.filter(({ since }) => clock.seconds - since < timeoutSeconds + stepSeconds);
      }
      expect(room.size).toBe(new Set(kept.map(({ missing }) => missing)).size);
    }
  });
  fc.assert(check);
});
