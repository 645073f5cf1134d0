import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { stepMs } from "../../../src/core/clock.ts";
import { WaitingRoom } from "../../../src/protocols/peerjs/waiting-room.ts";
import { FakeNode } from "../../support/fake-node.ts";

const stepSeconds = stepMs / 1000;
const timeoutSeconds = 5;

const roomy = { messages: 100, bytes: 1000 };

function open(bounds: { perId?: object; perSender?: object; inAll?: object } = {}) {
  const fake = new FakeNode();
  const { clock } = fake.node;
  const { peer } = fake.connect();
  const room = new WaitingRoom(clock, timeoutSeconds, {
    perId: { ...roomy, ...bounds.perId },
    perSender: { ...roomy, ...bounds.perSender },
    inAll: { ...roomy, ...bounds.inAll },
  });
  /** @param bytes of the frame, which is padded with spaces */
  const add = (sender: string, missing: string, frame: string, bytes = 1): boolean =>
    room.add({ sender, peer, missing }, frame.padEnd(bytes));
  const comeBack = (sender: string, missing: string, frame: string): boolean =>
    room.add({ sender, peer, missing }, frame, "node");
  const taken = (missing: string) =>
    room.take(missing).map(({ pair, frame }) => `${pair.sender}: ${frame.trimEnd()}`);
  /** Goes on by some seconds, step by step. @returns what was expired, and when */
  const wait = (seconds: number) => {
    const expired: string[] = [];
    for (const until = clock.seconds + seconds; clock.seconds < until; ) {
      clock.step();
      for (const { sender, missing } of room.expire())
        expired.push(`${clock.seconds} ${sender} misses ${missing}`);
    }
    return expired;
  };
  return { clock, peer, room, add, comeBack, taken, wait };
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
    ["for one more message to an id", { perId: { messages: 2 } }],
    ["for more bytes to an id", { perId: { bytes: 2 } }],
    ["for one more message of a sender", { perSender: { messages: 2 } }],
    ["for more bytes of a sender", { perSender: { bytes: 2 } }],
    ["for one more message at all", { inAll: { messages: 2 } }],
    ["for more bytes at all", { inAll: { bytes: 2 } }],
  ])("%s, until something goes", (_what, bounds) => {
    const { add, taken, wait } = open(bounds);
    expect([add("ann", "cid", "1"), add("ann", "cid", "2")]).toEqual([true, true]);
    // Its sender will be told anyway.
    expect(add("ann", "cid", "3")).toBe(true);
    expect(taken("cid")).toEqual(["ann: 1", "ann: 2"]);
    add("ann", "cid", "4");
    expect(wait(6)).toEqual(["5.25 ann misses cid"]);
    add("ann", "cid", "5");
    expect(taken("cid")).toEqual(["ann: 5"]);
  });

  test("and its sender is not told by and by, when nothing of it waits", () => {
    const { add } = open({ inAll: { messages: 1 } });
    add("ann", "cid", "1");
    expect([add("ann", "dan", "2"), add("bob", "cid", "3")]).toEqual([false, false]);
  });

  test("for one sender, and there is for another", () => {
    const { add, taken } = open({ perSender: { messages: 1 }, perId: { messages: 2 } });
    for (const sender of ["ann", "bob"]) for (const frame of ["1", "2"]) add(sender, "cid", frame);
    expect(taken("cid")).toEqual(["ann: 1", "bob: 1"]);
  });

  test("for a message that is larger than all that may wait", () => {
    const { room, add } = open();
    expect([add("ann", "cid", "1", 1001), room.size]).toEqual([false, 0]);
  });
});

test("whatever happens, what fits stays for its time and leaves in order, and all of it is given back", () => {
  const name = fc.constantFrom("a", "b", "c");
  const command = fc.oneof(
    fc.record({ sender: name, missing: name, bytes: fc.integer({ min: 2, max: 300 }) }),
    fc.record({ take: name }),
    fc.record({ steps: fc.integer({ min: 1, max: 24 }) }),
  );
  const bounds = { perId: { bytes: 600 }, perSender: { bytes: 500 }, inAll: { bytes: 900 } };
  interface Kept {
    readonly sender: string;
    readonly missing: string;
    readonly frame: string;
    readonly bytes: number;
    readonly since: number;
  }
  const sum = (kept: readonly Kept[]) => kept.reduce((bytes, one) => bytes + one.bytes, 0);
  const check = fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
    const { clock, room, add } = open(bounds);
    let kept: Kept[] = [];
    for (const [index, each] of commands.entries()) {
      if ("sender" in each) {
        const { sender, missing, bytes } = each;
        const frame = `${index}`;
        add(sender, missing, frame, bytes);
        const hasRoom =
          sum(kept.filter((one) => one.missing === missing)) + bytes <= 600 &&
          sum(kept.filter((one) => one.sender === sender)) + bytes <= 500 &&
          sum(kept) + bytes <= 900;
        if (hasRoom) kept.push({ sender, missing, frame, bytes, since: clock.seconds });
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
