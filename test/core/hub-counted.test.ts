import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { Hub } from "../../src/core/hub.ts";
import type { HubSpec } from "../../src/core/hub-spec.ts";
import { memberId, type NodeId, topicName } from "../../src/core/ids.ts";
import type { LocalMember } from "../../src/core/member.ts";
import { MemberMap } from "../../src/core/member-map.ts";
import { FakeNetwork } from "../support/fake-bus.ts";
import { FakeNode } from "../support/fake-node.ts";

const room = topicName("room")!;
const there = "there" as NodeId;
const isOdd = (info: number): boolean => info % 2 === 1;
const spec: HubSpec<number> = { info: v.number(), counts: isOdd };

test("as many are counted as a walk finds, whatever joins, changes and leaves", () => {
  const id = fc.constantFrom("a", "b", "c").map(memberId);
  const command = fc.record({ verb: fc.constantFrom("add", "set", "delete"), id, info: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(command), (commands) => {
      const members = new MemberMap<number>(isOdd);
      for (const each of commands) {
        const known = members.get(each.id);
        if (each.verb === "add") members.add({ id: each.id, info: each.info, node: there });
        else if (each.verb === "delete") members.delete(each.id);
        else if (known !== undefined) members.setInfo(known, each.info);
        expect(members.counted).toBe(
          [...members.values()].filter(({ info }) => isOdd(info)).length,
        );
      }
    }),
  );
});

/** A hub on each of two nodes, and who is in its room. */
function twoNodes(own: HubSpec<number> = spec) {
  const network = new FakeNetwork();
  const nodes = [0, 1].map(() => new FakeNode({}, network.bus()));
  const hubs = nodes.map(({ node }) => new Hub(node, "test", own));
  const join = (at: number, name: string, info: number): LocalMember<number> => {
    const member = hubs[at]!.join(nodes[at]!.connect().peer, room, { id: memberId(name), info });
    if (typeof member === "string") throw new Error(member);
    return member;
  };
  const counted = () => {
    network.deliver();
    return hubs.map((hub) => hub.topic(room)?.members.counted);
  };
  return { network, hubs, join, counted };
}

describe("what is counted on two nodes", () => {
  test("are the members of both, as they are now", () => {
    const { hubs, join, counted } = twoNodes();
    const ann = join(0, "ann", 1);
    const bob = join(1, "bob", 2);
    expect(counted()).toEqual([1, 1]);
    hubs[1]!.update(bob, 3);
    expect(counted()).toEqual([2, 2]);
    hubs[0]!.update(ann, 2);
    expect(counted()).toEqual([1, 1]);
    hubs[1]!.leave(bob);
    expect(counted()).toEqual([0, undefined]);
  });

  test("is not changed by one who has left", () => {
    const { hubs, join, counted } = twoNodes();
    join(0, "ann", 1);
    const bob = join(1, "bob", 2);
    join(1, "cid", 2);
    hubs[1]!.leave(bob);
    hubs[1]!.update(bob, 1);
    expect(counted()).toEqual([1, 1]);
  });

  test("is nothing where the protocol counts nobody", () => {
    const { join, counted } = twoNodes({ info: v.number() });
    join(0, "ann", 1);
    expect(counted()).toEqual([0, undefined]);
  });
});
