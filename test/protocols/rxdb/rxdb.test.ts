// Rooms of RxDB on one node and over two: lists, and whom signals reach. What clients see on the wire, and how
// bad messages end, is in test/e2e/wire.

import { describe, expect, test } from "bun:test";
import type { Option, Settings } from "../../../src/options/option.ts";
import { rxdb } from "../../../src/protocols/rxdb/routes.ts";
import { newId } from "../../../src/protocols/rxdb/wire.ts";
import { FakeNetwork } from "../../support/fake-bus.ts";
import { type FakeClient, FakeServer } from "../../support/fake-server.ts";

class Named {
  readonly server: FakeServer;
  readonly client: FakeClient;
  readonly id: string;

  constructor(server: FakeServer) {
    this.server = server;
    this.client = server.open("/rxdb");
    this.id = JSON.parse(this.client.reads()[0]!).yourPeerId;
  }

  join(...rooms: readonly string[]): void {
    for (const room of rooms) this.client.send({ type: "join", room });
  }

  signal(to: Named, room = "a room"): string {
    const frame = { type: "signal", room, senderPeerId: this.id, receiverPeerId: to.id, data: 1 };
    this.client.send(frame);
    return JSON.stringify(frame);
  }

  reads(): readonly string[] {
    return this.client.reads();
  }
}

const joined = (...members: readonly Named[]) =>
  JSON.stringify({ type: "joined", otherPeerIds: members.map(({ id }) => id) });

/** Some options, and the others at their defaults. */
const withOptions =
  (given: Readonly<Record<string, unknown>>): Settings =>
  <Value>(option: Option<Value>) =>
    (given[option.name] as Value | undefined) ?? option.default;

describe("on one node", () => {
  test("a burst of joins and leaves is one list for each member", () => {
    const server = new FakeServer([rxdb]);
    const crowd = Array.from({ length: 20 }, () => new Named(server));
    for (const each of crowd) each.join("a room");
    for (const each of crowd.slice(10)) each.client.socket.hangUp();
    expect([crowd.map((each) => each.reads()), server.delays]).toEqual([crowd.map(() => []), [10]]);
    server.passDelays();
    const [stayed, gone] = [crowd.slice(0, 10), crowd.slice(10)];
    expect(stayed.map((each) => each.reads())).toEqual(stayed.map(() => [joined(...stayed)]));
    expect(gone.map((each) => each.reads())).toEqual(gone.map(() => []));
  });

  test("lists of two rooms come to who is in both", () => {
    const server = new FakeServer([rxdb]);
    const [ann, bob] = [new Named(server), new Named(server)];
    ann.join("room one", "room two");
    bob.join("room two");
    server.passDelays();
    expect([ann.reads(), bob.reads()]).toEqual([
      [joined(ann), joined(ann, bob)],
      [joined(ann, bob)],
    ]);
    ann.client.socket.hangUp();
    server.passDelays();
    expect(bob.reads()).toEqual([joined(bob)]);
  });

  test("a signal passes in whichever room the two share, whatever room it names", () => {
    const server = new FakeServer([rxdb]);
    const [ann, bob, cid] = [new Named(server), new Named(server), new Named(server)];
    ann.join("room one", "room two");
    bob.join("room two");
    cid.join("room three");
    server.passDelays();
    for (const each of [ann, bob, cid]) each.reads();
    const signals = [ann.signal(bob, "room two"), ann.signal(bob, "room three")];
    ann.signal(cid, "room three");
    expect([ann.reads(), bob.reads(), cid.reads()]).toEqual([[], signals, []]);
  });

  test("who misses a list gets a whole one when it reads again, and then what is sent to it", () => {
    const server = new FakeServer([rxdb], { maxQueuedFrames: 1 });
    const [ann, bob] = [new Named(server), new Named(server)];
    for (const each of [ann, bob]) each.join("a room");
    server.passDelays();
    for (const each of [ann, bob]) each.reads();
    bob.client.socket.stall();
    const first = ann.signal(bob);
    server.endTick();
    const second = ann.signal(bob);
    const cid = new Named(server);
    cid.join("a room");
    server.passDelays();
    ann.signal(bob);
    server.endTick();
    bob.client.socket.read();
    const last = ann.signal(bob);
    expect(bob.reads()).toEqual([first, second, joined(ann, bob, cid), last]);
  });

  test("the rooms of a connection and the members of a room are as many as are set", () => {
    const settings = withOptions({ "rxdb-max-rooms": 2, "rxdb-max-room-members": 1 });
    const server = new FakeServer([rxdb], {}, undefined, settings);
    const [ann, bob, cid] = [new Named(server), new Named(server), new Named(server)];
    ann.join("room one", "room two", "room one", "room two");
    expect(ann.client.socket.end).toBeUndefined();
    bob.join("room one");
    cid.join("room 3", "room 4", "room 5");
    expect([bob.client.socket.end, cid.client.socket.end]).toEqual([
      { code: 1013, reason: "topic full" },
      { code: 1008, reason: "more than 2 rooms on one connection" },
    ]);
    const dan = new Named(server);
    dan.join("room 4");
    server.passDelays();
    expect(dan.reads()).toEqual([joined(dan)]);
  });

  test("an id has 12 letters, each as likely as another", () => {
    const letters = Array.from({ length: 2000 }, newId).join("");
    expect(letters).toMatch(/^[a-z]{24000}$/);
    const counts = Object.values(Object.groupBy(letters, (letter) => letter));
    expect(counts).toHaveLength(26);
    for (const each of counts) expect(each?.length).toBeWithin(700, 1200);
  });
});

describe("on two nodes", () => {
  const openTwo = () => {
    const network = new FakeNetwork();
    const buses = [network.bus(), network.bus()] as const;
    const [near, far] = buses.map((bus) => new FakeServer([rxdb], {}, bus)) as [
      FakeServer,
      FakeServer,
    ];
    const settle = async () => {
      await network.settle();
      for (const server of [near, far]) server.passDelays();
    };
    return { network, buses, near, far, settle };
  };

  test("the first list of a newcomer has everybody, and the others hear of it once", async () => {
    const { near, far, settle } = openTwo();
    const [ann, bob] = [new Named(near), new Named(near)];
    for (const each of [ann, bob]) each.join("a room");
    await settle();
    for (const each of [ann, bob]) each.reads();
    const cid = new Named(far);
    cid.join("a room");
    await settle();
    expect([ann, bob, cid].map((each) => each.reads())).toEqual(
      Array(3).fill([joined(ann, bob, cid)]),
    );
  });

  test("a signal reaches the other node, before its list too", async () => {
    const { network, near, far, settle } = openTwo();
    const [ann, bob] = [new Named(near), new Named(far)];
    ann.join("a room");
    await settle();
    ann.reads();
    bob.join("a room");
    await network.settle();
    const signal = bob.signal(ann);
    await network.settle();
    expect(ann.reads()).toEqual([signal]);
    near.passDelays();
    expect(ann.reads()).toEqual([joined(ann, bob)]);
  });

  test("who is on a node that cannot be reached is not waited for", async () => {
    const { network, buses, near, far, settle } = openTwo();
    const [ann, bob] = [new Named(near), new Named(far)];
    bob.join("a room");
    await settle();
    bob.reads();
    network.cut(buses[0]);
    ann.join("a room");
    near.passDelays();
    expect(ann.reads()).toEqual([joined(ann)]);
    network.heal(buses[0]);
    await settle();
    expect([ann.reads(), bob.reads()]).toEqual([[joined(ann, bob)], [joined(bob, ann)]]);
  });

  test("who leaves while it waits is on no list", async () => {
    const { near, far, settle } = openTwo();
    const [ann, bob] = [new Named(near), new Named(far)];
    ann.join("a room");
    await settle();
    ann.reads();
    bob.join("a room");
    bob.client.socket.hangUp();
    await settle();
    expect(ann.reads()).toEqual([joined(ann)]);
  });

  test("what another node tells of members whose ids cannot be is ignored", async () => {
    const { network, near, settle } = openTwo();
    const ann = new Named(near);
    ann.join("a room");
    await settle();
    ann.reads();
    const stranger = network.bus().link("rxdb", {
      local: () => [],
      remoteJoined: () => undefined,
      remoteUpdated: () => undefined,
      remoteLeft: () => undefined,
      remoteRelay: () => "absent",
      remoteBroadcast: () => undefined,
    });
    const [topic, id] = ["a room", 'x"]}'] as unknown as [never, never];
    stranger.open(topic);
    stranger.joined(topic, id, null);
    await settle();
    expect([ann.reads(), near.warnings.length]).toEqual([[], 1]);
  });
});
