import { expect, test } from "bun:test";
import fc from "fast-check";
import { memberId, type NodeId } from "../../src/core/ids.ts";
import type { Member } from "../../src/core/member.ts";
import { MemberMap } from "../../src/core/member-map.ts";

type Keys = readonly string[];

const node = "there" as NodeId;
const member = (name: number, info: Keys): Member<Keys> => ({
  id: memberId(`${name}`),
  info,
  node,
});

const keys = fc.array(fc.constantFrom("a", "b", "c", "__proto__"), { maxLength: 3 });
const name = fc.nat(40);
const command = fc.oneof(
  fc.record({ verb: fc.constant("add" as const), name, keys }),
  fc.record({ verb: fc.constant("set" as const), name, keys }),
  fc.record({ verb: fc.constant("delete" as const), name, keys }),
  fc.record({ verb: fc.constant("find" as const), name, keys }),
);

test("who has a key is found, and nobody else, whatever joins, changes and leaves", () => {
  fc.assert(
    // Few are looked at one by one, and many have an index.
    fc.property(fc.nat(30), fc.array(command, { maxLength: 100 }), (before, commands) => {
      const members = new MemberMap<Keys>(undefined, (info) => info);
      for (let at = 0; at < before; at++) members.add(member(at, ["a"]));
      for (const each of commands) {
        const known = members.get(`${each.name}`);
        if (each.verb === "add") members.add(member(each.name, each.keys));
        else if (each.verb === "delete") members.delete(memberId(`${each.name}`));
        else if (each.verb === "set" && known !== undefined) members.setInfo(known, each.keys);
        else
          for (const key of ["a", "b", "c", "__proto__", "d"])
            expect(new Set(members.withKey(key))).toEqual(
              new Set([...members.values()].filter(({ info }) => info.includes(key))),
            );
      }
    }),
  );
});

test("a second question of many members looks at none but those that have the key", () => {
  let looks = 0;
  const members = new MemberMap<Keys>(undefined, (info) => {
    looks++;
    return info;
  });
  for (let at = 0; at < 1000; at++) members.add(member(at, [`key-${at}`]));
  const found = (key: string): Keys => Array.from(members.withKey(key), ({ id }) => id);
  expect([found("key-7"), looks]).toEqual([["7"], 1000]);
  expect([found("key-8"), found("none"), looks]).toEqual([["8"], [], 1000]);
});

test("a hub that has no keys finds nobody by one", () => {
  const members = new MemberMap<Keys>();
  members.add(member(1, ["a"]));
  expect([...members.withKey("a")]).toEqual([]);
});
