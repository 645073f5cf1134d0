import { expect, test } from "bun:test";
import fc from "fast-check";
import { type MemberId, memberId, type NodeId } from "../../src/core/ids.ts";
import { MemberMap } from "../../src/core/member-map.ts";

const node = "there" as NodeId;
const ids = ["a", "b", "c"].map(memberId);

const command = fc.record({
  verb: fc.constantFrom("add" as const, "delete" as const),
  id: fc.constantFrom(...ids),
  info: fc.nat(),
});

test("members are what a map of them by their ids is, however many there are", () => {
  fc.assert(
    fc.property(fc.array(command), (commands) => {
      const members = new MemberMap<number>();
      const map = new Map<MemberId, number>();
      for (const { verb, id, info } of commands) {
        if (verb === "add") {
          members.add({ id, info, node });
          map.set(id, info);
        } else {
          members.delete(id);
          map.delete(id);
        }
        expect(members.size).toBe(map.size);
        expect([...members.keys()]).toEqual([...map.keys()]);
        expect([...members.values()].map((member) => member.info)).toEqual([...map.values()]);
        for (const each of ids) expect(members.get(each)?.info).toEqual(map.get(each));
      }
    }),
  );
});
