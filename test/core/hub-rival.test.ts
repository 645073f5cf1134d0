import { expect, test } from "bun:test";
import * as v from "valibot";
import { Hub } from "../../src/core/hub.ts";
import type { HubSpec } from "../../src/core/hub-spec.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import type { LocalMember } from "../../src/core/member.ts";
import { FakeNetwork } from "../support/fake-bus.ts";
import { FakeNode } from "../support/fake-node.ts";

const room = topicName("room")!;

/** Nodes where the member with the higher number keeps an id that is held on both. */
function twoNodes() {
  const network = new FakeNetwork();
  const asked: (readonly [number, number])[] = [];
  const nodes = [0, 1].map(() => new FakeNode({}, network.bus()));
  const hubs: Hub<number>[] = nodes.map(({ node }, at) => {
    const rival: HubSpec<number>["rival"] = (own, { info }) => {
      asked.push([own.info, info]);
      if (own.info < info) hubs[at]!.leave(own);
    };
    return new Hub(node, "test", { info: v.number(), rival });
  });
  const join = (at: number, info: number, name = "ann"): LocalMember<number> => {
    const member = hubs[at]!.join(nodes[at]!.connect().peer, room, { id: memberId(name), info });
    if (typeof member === "string") throw new Error(member);
    return member;
  };
  const held = () => hubs.map((hub) => hub.topic(room)?.members.get("ann")?.peer !== undefined);
  return { network, hubs, asked, join, held };
}

test("of two that hold an id the one stays that both nodes prefer", () => {
  const { network, join, held } = twoNodes();
  join(0, 2);
  join(1, 1);
  network.deliver();
  expect(held()).toEqual([true, false]);
});

test("a change that crosses the coming of a rival is heard by that one", () => {
  const { network, hubs, asked, join, held } = twoNodes();
  const here = join(0, 1);
  join(1, 0, "bob");
  network.deliver();
  // By what each node knows, the other's member has to go.
  join(1, 3);
  hubs[0]!.update(here, 4);
  network.deliver();
  expect(asked).toContainEqual([3, 4]);
  expect(held()).toEqual([true, false]);
});

test("what is told of a member that has moved on is ignored", () => {
  const { network, hubs, join } = twoNodes();
  const third = new FakeNode({}, network.bus());
  const witness = new Hub<number>(third.node, "test", { info: v.number() });
  const { peer } = third.connect();
  witness.join(peer, room, { id: memberId("witness"), info: 0 });
  const here = join(0, 1);
  join(1, 2);
  // The third hears of the newer holder first, then of a change of the older one.
  hubs[0]!.update(here, 0);
  network.deliver();
  expect(witness.topic(room)?.members.get("ann")?.info).toBe(2);
});
