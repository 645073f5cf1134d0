import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type MemberId, memberId, type NodeId } from "../../src/core/ids.ts";
import type { Member } from "../../src/core/member.ts";
import { MemberMap } from "../../src/core/member-map.ts";
import { Sampler } from "../../src/core/sample.ts";

const node = "there" as NodeId;
const member = (name: number): Member<number> => ({ id: memberId(`${name}`), info: name, node });

function members(count: number): MemberMap<number> {
  const map = new MemberMap<number>();
  for (let name = 0; name < count; name++) map.add(member(name));
  return map;
}

/** Few are walked, many are drawn by an index. */
const sizes = [1, 2, 3, 64, 65, 66, 500];

const command = fc.oneof(
  fc.record({ verb: fc.constant("add" as const), name: fc.nat(99) }),
  fc.record({ verb: fc.constant("delete" as const), name: fc.nat(99) }),
  fc.record({ verb: fc.constant("sample" as const), name: fc.nat(99), count: fc.nat(120) }),
);

test("a sample has as many members as are wanted, none twice, and never the one that is excepted", () => {
  fc.assert(
    fc.property(fc.nat(120), fc.array(command, { maxLength: 200 }), (before, commands) => {
      const map = members(before);
      const model = new Set<string>(Array.from(map.keys()));
      for (const each of commands) {
        const { id } = member(each.name);
        if (each.verb === "add") {
          map.add(member(each.name));
          model.add(id);
        } else if (each.verb === "delete") {
          map.delete(id);
          model.delete(id);
        } else {
          const except = map.get(id);
          const drawn = map.sample(each.count, except);
          const candidates = model.size - (except === undefined ? 0 : 1);
          expect(drawn).toHaveLength(Math.min(each.count, candidates));
          expect(new Set(drawn).size).toBe(drawn.length);
          expect(drawn).not.toContain(except as Member<number>);
          for (const one of drawn) expect(map.get(one.id)).toBe(one);
        }
      }
    }),
  );
});

describe.each(sizes)("of %i members", (size) => {
  test.each([1, 3])("each is drawn as often as any other, %i at a time", (count) => {
    const map = members(size);
    const [excepted, ...others] = [...map.values()];
    const wanted = Math.min(count, others.length);
    const draws = 400 * Math.max(1, Math.ceil(others.length / Math.max(1, wanted)));
    const times = new Map<MemberId, number>(others.map(({ id }) => [id, 0]));
    for (let draw = 0; draw < draws; draw++)
      for (const { id } of map.sample(count, excepted)) times.set(id, times.get(id)! + 1);
    const due = (draws * wanted) / Math.max(1, others.length);
    // Of 500 counts around 400, one in a million runs has one that is 7 deviations off.
    for (const time of times.values())
      expect(Math.abs(time - due)).toBeLessThanOrEqual(7 * Math.sqrt(due));
  });
});

test("a member that another has replaced under its id is not drawn", () => {
  const map = members(200);
  map.sample(1);
  const newer = member(7);
  map.add(newer);
  for (let draw = 0; draw < 100; draw++)
    for (const each of map.sample(99)) if (each.id === newer.id) expect(each).toBe(newer);
});

test("of many, all are walked once and never again, however often some are drawn", () => {
  let walked = 0;
  const all = new Set(Array.from({ length: 10_000 }, (_, name) => name));
  const sampler = new Sampler({
    size: all.size,
    *values() {
      for (const item of all) {
        walked++;
        yield item;
      }
    },
  });
  for (let turn = 0; turn < 1000; turn++) expect(sampler.draw(5)).toHaveLength(5);
  expect(walked).toBe(all.size);
});
