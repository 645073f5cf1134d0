import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import type { Bus } from "../../src/core/bus.ts";
import { Hub } from "../../src/core/hub.ts";
import type { HubSpec } from "../../src/core/hub-spec.ts";
import { memberId, topicName, topicNameWithin } from "../../src/core/ids.ts";
import { channelFrom, gatherFrom, type Limits } from "../../src/core/limits.ts";
import type { LocalMember } from "../../src/core/member.ts";
import { FakeNetwork } from "../support/fake-bus.ts";
import { FakeNode, type FakePeer } from "../support/fake-node.ts";

const list = ({ members }: { members: { keys(): Iterable<string> } }) =>
  `=${[...members.keys()].join()}`;

/** A node whose one hub tells its members of each other by lists, some milliseconds later. */
class Listing extends FakeNode {
  readonly hub: Hub<null>;

  constructor(afterMs: number, limits: Partial<Limits> = {}, bus?: Bus, spec?: HubSpec<null>) {
    super(limits, bus);
    const listed = { afterMs, frame: list };
    this.hub = new Hub<null>(
      this.node,
      "test",
      spec ?? { info: v.null(), list: listed, snapshot: ({ topic }) => `snapshot ${list(topic)}` },
    );
  }

  join(id: string, topic = "room", connected: FakePeer = this.connect()) {
    const member = this.hub.join(connected.peer, topicName(topic)!, {
      id: memberId(id),
      info: null,
    });
    if (typeof member === "string") throw new Error(member);
    return { ...connected, member };
  }

  reads(...members: readonly FakePeer[]): readonly (readonly string[])[] {
    this.endTick();
    return members.map(({ socket }) => socket.received.splice(0));
  }
}

describe("a list of members", () => {
  test("is one for a burst of joins and leaves, to all who are there by then", () => {
    const node = new Listing(10);
    const [ann, bob, cid] = [node.join("ann"), node.join("bob"), node.join("cid")];
    node.hub.leave(bob.member);
    expect([node.reads(ann, bob, cid), node.delays]).toEqual([[[], [], []], [10]]);
    node.passDelays();
    expect(node.reads(ann, bob, cid)).toEqual([["=ann,cid"], [], ["=ann,cid"]]);
    const dan = node.join("dan");
    node.passDelays();
    expect(node.reads(ann, cid, dan)).toEqual(Array(3).fill(["=ann,cid,dan"]));
  });

  test("is sent at each change where nothing may be waited for", () => {
    const node = new Listing(0);
    const [ann, bob] = [node.join("ann"), node.join("bob")];
    node.hub.leave(ann.member);
    expect([node.reads(ann, bob), node.delays]).toEqual([
      [
        ["=ann", "=ann,bob"],
        ["=ann,bob", "=bob"],
      ],
      [],
    ]);
  });

  test("is not made for a topic that everybody has left", () => {
    let made = 0;
    const node = new Listing(10, {}, undefined, {
      info: v.null(),
      list: { afterMs: 10, frame: (topic) => `${made++}${list(topic)}` },
    });
    node.hub.leave(node.join("ann").member);
    node.passDelays();
    expect(made).toBe(0);
  });

  test("is shown to many in slices, to each as it is by then, and once more for what has changed", () => {
    const node = new Listing(10);
    const all = Array.from({ length: gatherFrom + 10 }, (_, index) => node.join(`${index}`));
    const ids = all.map((_, index) => index);
    const first = all[0]!;
    node.passDelays();
    expect(node.reads(...all)).toEqual(all.map(() => [`=${ids.join()}`]));
    node.hub.leave(all.at(-1)!.member);
    node.hub.leave(first.member);
    expect(node.delays).toEqual([10, 10]);
    node.passDelays();
    const rest = all.slice(1, -1);
    expect(node.reads(...rest)).toEqual(rest.map(() => [`=${ids.slice(1, -1).join()}`]));
    expect(node.reads(first)).toEqual([[]]);
  });

  test("is not sent again while one is being shown, but after that", () => {
    const node = new Listing(10);
    const all = Array.from({ length: gatherFrom }, (_, index) => node.join(`${index}`));
    const late = node.join("late");
    node.hub.leave(node.join("later").member);
    expect(node.delays).toEqual([10]);
    node.passDelays();
    expect(node.reads(late)).toHaveLength(1);
    expect(node.delays).toEqual([10]);
    node.reads(...all);
    node.hub.leave(late.member);
    node.passDelays();
    expect(node.reads(all[0]!)).toEqual([[`=${all.map((_, index) => index).join()}`]]);
  });

  test("reaches those on the native channel too", () => {
    const node = new Listing(10);
    const all = Array.from({ length: channelFrom + 1 }, (_, index) => node.join(`${index}`));
    node.passDelays();
    const listed = `=${all.map((_, index) => index).join()}`;
    expect(node.reads(...all)).toEqual(all.map(() => [listed]));
  });

  test("that a member has no room for is made up for by a snapshot", () => {
    const node = new Listing(10, { maxQueuedFrames: 1 });
    const [ann, bob] = [node.join("ann"), node.join("bob")];
    node.passDelays();
    node.reads(ann, bob);
    bob.socket.stall();
    for (const text of ["1", "2"]) {
      bob.peer.send(text);
      node.endTick();
    }
    node.join("cid");
    node.passDelays();
    node.endTick();
    bob.socket.read();
    expect(node.reads(bob)).toEqual([["1", "2", "snapshot =ann,bob,cid"]]);
  });

  test("whose making fails is a fault of ours, and ends nothing", () => {
    const node = new Listing(10, {}, undefined, {
      info: v.null(),
      list: {
        afterMs: 10,
        frame: () => {
          throw new Error("no list");
        },
      },
    });
    const ann = node.join("ann");
    node.passDelays();
    expect([node.faults.map(String), ann.peer.isOpen]).toEqual([["Error: no list"], true]);
  });

  test("that cannot be rewritten for one of many ends that one, and is shown to the others", () => {
    const fault = new Error("a fault");
    const node = new Listing(10);
    const broken = node.connect(() => node.hub.leave(member));
    const render = (): string => {
      throw fault;
    };
    const joining = { id: memberId("broken"), info: null, render };
    const member = node.hub.join(broken.peer, topicName("room")!, joining) as LocalMember<null>;
    const all = Array.from({ length: gatherFrom }, (_, index) => node.join(`${index}`));
    node.passDelays();
    const reads = node.reads(...all).map((frames) => frames.length);
    expect([reads, broken.socket.end?.code, node.faults]).toEqual([
      all.map(() => 1),
      1011,
      [fault],
    ]);
  });

  test("is sent on every node, of the members on all", async () => {
    const network = new FakeNetwork();
    const [near, far] = [0, 1].map(() => new Listing(0, {}, network.bus())) as [Listing, Listing];
    const ann = near.join("ann");
    await network.settle();
    const bob = far.join("bob");
    await network.settle();
    near.hub.leave(ann.member);
    await network.settle();
    expect([near.reads(ann), far.reads(bob)]).toEqual([
      [["=ann", "=ann,bob"]],
      [["=bob", "=bob,ann", "=bob"]],
    ]);
  });
});

test("a hub may have longer names than others", async () => {
  const network = new FakeNetwork();
  const spec = { info: v.null(), maxNameBytes: 300 };
  const near = new Listing(0, {}, network.bus(), spec);
  const far = new Listing(0, {}, network.bus(), spec);
  const name = topicNameWithin("é".repeat(150), 300)!;
  far.hub.join(far.connect().peer, name, { id: memberId("bob"), info: null });
  const known = near.hub.warm("é".repeat(150));
  await network.settle();
  await known;
  expect([...(near.hub.topic(name)?.members.keys() ?? [])]).toEqual(["bob"]);
  expect(near.hub.warm("é".repeat(151))).toBeUndefined();
  expect(topicName("é".repeat(150))).toBeUndefined();
});
