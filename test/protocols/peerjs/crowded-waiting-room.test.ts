// A waiting room that others fill: whose messages wait, and who gives way.

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Peer } from "../../../src/core/peer.ts";
import { type WaitingBounds, WaitingRoom } from "../../../src/protocols/peerjs/waiting-room.ts";
import { FakeNode } from "../../support/fake-node.ts";

const timeoutSeconds = 5;

/** A call with video: an offer and 29 candidates, 20 KB in all. */
const videoCall: readonly string[] = [6_000, ...Array<number>(29).fill(480)].map((size, number) =>
  `${number}`.padEnd(size, "x"),
);

/** Somebody with a connection, who may call others under any id. */
interface Person {
  readonly id: string;
  readonly peer: Peer;
  hangUp(): void;
}

function open(bounds?: WaitingBounds) {
  const server = new FakeNode();
  const { clock } = server.node;
  const room = new WaitingRoom(clock, timeoutSeconds, bounds);
  let people = 0;
  /** Whoever was told that something of theirs will not arrive, and of which id. */
  const told: string[] = [];
  const person = (id = `person-${++people}`): Person => {
    const { peer, socket } = server.connect(() => {
      for (const { sender, missing } of room.left(peer)) told.push(`${sender} ${missing}`);
    });
    return { id, peer, hangUp: () => socket.hangUp() };
  };
  const send = ({ id, peer }: Person, missing: string, frame: string, sender = id): void => {
    for (const pair of room.add({ sender, peer, missing }, frame))
      told.push(`${pair.sender} ${pair.missing}`);
  };
  const call = (caller: Person, missing: string): string[] => {
    for (const frame of videoCall) send(caller, missing, frame);
    return [...videoCall];
  };
  const wait = (seconds: number): void => {
    for (const until = clock.seconds + seconds; clock.seconds < until; ) {
      clock.step();
      for (const { sender, missing } of room.expire()) told.push(`${sender} ${missing}`);
    }
  };
  const taken = (missing: string) => room.take(missing).map(({ frame }) => frame);
  /** What somebody was told. */
  const toldTo = ({ id }: Person) => told.filter((each) => each.startsWith(`${id} `));
  return { room, person, send, call, wait, taken, told, toldTo };
}

const short = "x".repeat(100);
const long = "x".repeat(8000);

describe.each([140, 10_000])("beside %d who fill the waiting room", (count) => {
  /** Each in its own way, until it is refused. */
  const fillings: Readonly<Record<string, (it: ReturnType<typeof open>, one: Person) => void>> = {
    "with short messages to ids of their own": ({ send }, one) => {
      for (let n = 0; n < 600; n++) send(one, `${one.id}-${n}`, short);
    },
    "with short messages to one id each": ({ send }, one) => {
      for (let n = 0; n < 600; n++) send(one, `of-${one.id}`, short);
    },
    "with long messages": ({ send }, one) => {
      for (let n = 0; n < 100; n++) send(one, `${one.id}-${n % 10}`, long);
    },
    "with one message as long as it may be": ({ send }, one) => {
      send(one, `of-${one.id}`, "x".repeat(262_144));
    },
  };

  test.each(Object.entries(fillings))(
    "%s, a call waits for its whole time",
    (_how, fill) => {
      const it = open();
      const attackers = Array.from({ length: count }, () => it.person());
      // Not all of all, which would take minutes: so many fill the room.
      const busy = attackers.slice(0, 140);
      for (const one of busy) fill(it, one);
      for (const one of attackers) it.call(one, `of-${one.id}`);
      const ann = it.person("ann");
      const early = it.call(ann, "bob");
      for (const one of busy) fill(it, one);
      const late = it.call(ann, "cid");
      expect(it.toldTo(ann)).toEqual([]);
      it.wait(timeoutSeconds);
      expect([it.toldTo(ann), it.taken("cid")]).toEqual([[], late]);
      expect(it.taken("bob")).toEqual(early);
    },
    60_000,
  );
});

describe("beside 140 who fill the waiting room", () => {
  function crowd() {
    const it = open();
    const attackers = Array.from({ length: 140 }, () => it.person());
    const attack = () => {
      for (const one of attackers)
        for (let n = 0; n < 100; n++) it.send(one, `${one.id}-${n % 20}`, long);
    };
    attack();
    return { ...it, attack };
  }

  test("an offer with many simulcast videos waits, which is more than a share", () => {
    const { person, send, attack, toldTo, taken } = crowd();
    const ann = person("ann");
    const offer = "x".repeat(105_750);
    send(ann, "bob", offer);
    attack();
    expect([toldTo(ann), taken("bob")]).toEqual([[], [offer]]);
  });

  test("it does so beside those who come, fill it, go and come again under other ids", () => {
    const { person, call, send, toldTo, taken } = crowd();
    const ann = person("ann");
    const frames = call(ann, "bob");
    for (let n = 0; n < 3000; n++) {
      const passing = person();
      for (let round = 0; round < 4; round++) send(passing, `${passing.id}-${round}`, long);
      passing.hangUp();
    }
    expect([toldTo(ann), taken("bob")]).toEqual([[], frames]);
  });

  test("who has gone keeps what waits as long as there is room, and gives way first", () => {
    const { person, call, send, told, taken } = open();
    const [ann, eve] = [person("ann"), person("eve")];
    const frames = call(ann, "bob");
    call(eve, "cid");
    ann.hangUp();
    expect([told, taken("bob")]).toEqual([[], frames]);
    eve.hangUp();
    const busy = Array.from({ length: 140 }, () => person());
    for (const one of busy) for (let n = 0; n < 80; n++) send(one, `${one.id}-${n % 5}`, long);
    // All of them have more than she had, and gave way before her.
    expect(told).not.toContain("eve cid");
    for (const one of busy) one.hangUp();
    expect(told.length).toBeGreaterThan(100);
  });

  test("whoever is connected does not give way to those who have gone", () => {
    const { person, call, send, told, toldTo, taken } = open();
    const ann = person("ann");
    const frames = call(ann, "bob");
    for (let n = 0; n < 3000; n++) {
      const passing = person();
      call(passing, passing.id);
      send(passing, passing.id, long);
      passing.hangUp();
    }
    expect([toldTo(ann), taken("bob")]).toEqual([[], frames]);
    expect(told.length).toBeGreaterThan(500);
  });
});

test("ids are no callers: who changes them has the share of one", () => {
  const bounds = { perId: 1e6, perCaller: 20_000, share: 5000, common: 1e6 };
  const { person, send, told } = open(bounds);
  const eve = person();
  // Each counts for 2,280.
  for (let n = 0; n < 10; n++) send(eve, `id-${n}`, short.repeat(10), `eve-${n}`);
  expect(told).toEqual(["eve-8 id-8", "eve-9 id-9"]);
});

describe("in the queue of one id", () => {
  test("those who call it most give way to who calls it a little", () => {
    const it = open();
    const attackers = Array.from({ length: 25 }, () => it.person());
    const attack = () => {
      for (const one of attackers) for (let n = 0; n < 60; n++) it.send(one, "bob", long);
    };
    attack();
    const ann = it.person("ann");
    const frames = it.call(ann, "bob");
    attack();
    expect(it.toldTo(ann)).toEqual([]);
    expect(it.taken("bob").filter((frame) => frames.includes(frame))).toEqual([...frames]);
  });

  test("who calls it as much as many others has its share all the same", () => {
    const it = open();
    const others = Array.from({ length: 100 }, () => it.person());
    for (const one of others) it.call(one, "bob");
    const ann = it.person("ann");
    const frames = it.call(ann, "bob");
    expect(it.told).toEqual([]);
    expect(it.taken("bob").filter((frame) => frames.includes(frame)).length).toBe(101 * 30);
  });

  test("those who have gone have no share, and give way to who is there", () => {
    const it = open();
    for (let n = 0; n < 100; n++) {
      const passing = it.person();
      it.call(passing, "bob");
      passing.hangUp();
    }
    const ann = it.person("ann");
    it.call(ann, "bob");
    expect(it.toldTo(ann)).toEqual([]);
    const waiting = it.taken("bob").length;
    expect(waiting).toBeGreaterThan(30 * 30);
    expect(waiting).toBeLessThan(50 * 30);
  });

  test("a message that is longer than all that may wait waits alone", () => {
    const { person, send, told, taken } = open();
    const [ann, eve] = [person("ann"), person("eve")];
    const huge = "x".repeat(3_000_000);
    send(ann, "bob", huge);
    send(eve, "bob", "2");
    send(ann, "cid", "3");
    expect([told, taken("bob")]).toEqual([["ann bob"], ["2"]]);
  });
});

test("a call that gives way is dropped whole, and its sender is told once", () => {
  const bounds = { perId: 1e6, perCaller: 1e6, share: 3000, common: 20_000 };
  const { person, send, told, taken, room } = open(bounds);
  const [eve, ann] = [person("eve"), person("ann")];
  for (let n = 0; n < 2; n++) send(eve, "one", long);
  send(eve, "two", "2");
  for (let n = 0; n < 2; n++) send(ann, "bob", short.repeat(30));
  expect([told, taken("one"), taken("two"), taken("bob").length]).toEqual([
    ["eve one"],
    [],
    ["2"],
    2,
  ]);
  expect(room.size).toBe(0);
});

test("whatever happens, nothing is lost in silence, no share is taken, and the bounds hold", () => {
  const bounds = { perId: 12_000, perCaller: 9000, share: 4000, common: 10_000 };
  const who = fc.nat(4);
  const command = fc.oneof(
    { weight: 6, arbitrary: fc.record({ who, missing: fc.nat(3), size: fc.nat(3000) }) },
    fc.record({ leaves: who }),
    fc.record({ comes: fc.nat(3) }),
    fc.record({ seconds: fc.nat(3) }),
  );
  const check = fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
    const { room, person, send, wait, taken, told } = open(bounds);
    const people = Array.from({ length: 5 }, () => person());
    const sent = new Map<string, string>();
    const arrived = new Set<string>();
    for (const [index, each] of commands.entries()) {
      if ("who" in each) {
        const one = people[each.who]!;
        const frame = `${index} `.padEnd(each.size, "x");
        sent.set(frame, `${one.id} m${each.missing}`);
        send(one, `m${each.missing}`, frame);
      } else if ("leaves" in each) {
        people[each.leaves]!.hangUp();
        people[each.leaves] = person();
      } else if ("comes" in each) for (const frame of taken(`m${each.comes}`)) arrived.add(frame);
      else wait(each.seconds);
    }
    for (let missing = 0; missing < 4; missing++)
      for (const frame of taken(`m${missing}`)) arrived.add(frame);
    // What has not arrived was told of.
    for (const [frame, pair] of sent) if (!arrived.has(frame)) expect(told).toContain(pair);
    expect(room.size).toBe(0);
  });
  fc.assert(check);
});
