import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { memberId, type NodeId, topicName } from "../../src/core/ids.ts";
import { gatherFrom } from "../../src/core/limits.ts";
import type { Member, RemoteMember } from "../../src/core/member.ts";
import { MemberList } from "../../src/core/member-list.ts";
import { OwnTopic } from "../../src/core/topic.ts";

const node = "there" as NodeId;

const entry = ({ id, info }: Member<string>): string => JSON.stringify({ id, info });

const newMember = (id: string, info = "x"): RemoteMember<string> => ({
  id: memberId(id),
  info,
  node,
});

const textOf = (members: readonly Member<string>[], except?: Member<string>): string =>
  members
    .filter((member) => member !== except)
    .map(entry)
    .join(",");

const bytesOf = (members: readonly Member<string>[]): number =>
  members.reduce((sum, member) => sum + Buffer.byteLength(entry(member)) + 1, 0);

/** Info with quotes, commas and what looks like another member's entry; some of it takes several bytes. */
const info = fc.constantFrom("", "é🐙", '"},{"id":"m1"', entry(newMember("m1")));

const command = fc.oneof(
  { weight: 5, arbitrary: fc.record({ verb: fc.constant("add" as const), info }) },
  { weight: 4, arbitrary: fc.record({ verb: fc.constant("delete" as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant("update" as const), at: fc.nat(), info }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant("show" as const), at: fc.nat() }) },
);

test("a list says of everybody but one what it would if it were made anew", () => {
  const property = fc.property(
    fc.constantFrom(0, 1, 64, 200),
    fc.array(command, { maxLength: 300, size: "max" }),
    (size, commands) => {
      const members: Member<string>[] = Array.from({ length: size }, (_, n) => newMember(`s${n}`));
      const list = new MemberList(entry, members);
      for (const [number, each] of commands.entries()) {
        if (each.verb === "add") {
          const member = newMember(`m${number}`, each.info);
          members.push(member);
          list.add(member);
          continue;
        }
        const at = each.at % Math.max(1, members.length);
        const member = members[at];
        if (member === undefined) continue;
        if (each.verb === "update")
          list.update(member, () => {
            member.info = each.info;
          });
        else if (each.verb === "show")
          expect(list.textWithout(member)).toBe(textOf(members, member));
        else {
          members.splice(at, 1);
          list.delete(member);
        }
        expect(list.bytes).toBe(bytesOf(members));
      }
      expect(list.textWithout(newMember("nobody"))).toBe(textOf(members));
    },
  );
  fc.assert(property, { numRuns: 200 });
});

test("one who is not on a list, or not any more, changes nothing by leaving", () => {
  const [ann, bob] = [newMember("ann"), newMember("bob")];
  const list = new MemberList(entry, [ann, bob]);
  list.delete(newMember("ann"));
  list.delete(ann);
  list.delete(ann);
  expect([list.textWithout(ann), list.bytes]).toEqual([entry(bob), bytesOf([bob])]);
});

/** Entries that are asked for while something is done. */
function counting(): { readonly of: (act: () => void) => number; readonly entry: typeof entry } {
  let count = 0;
  return {
    entry: (member) => {
      count++;
      return entry(member);
    },
    of: (act) => {
      const before = count;
      act();
      return count - before;
    },
  };
}

test("a list is not made anew for a newcomer, though others have left, from whichever place", () => {
  const counted = counting();
  const members = Array.from({ length: 5000 }, (_, n) => newMember(`s${n}`));
  const list = new MemberList(counted.entry, members);
  list.textWithout(newMember("nobody"));
  const rounds = 2000;
  const entries = counted.of(() => {
    for (let round = 0; round < rounds; round++) {
      const [gone] = members.splice((round * 37) % members.length, 1);
      list.delete(gone!);
      const newcomer = newMember(`m${round}`);
      members.push(newcomer);
      list.add(newcomer);
      list.textWithout(newcomer);
    }
  });
  // Two chunks of 64, and two entries that are measured; seldom all of it is packed.
  expect(entries / rounds).toBeLessThan(200);
  expect(list.textWithout(members[0]!)).toBe(textOf(members, members[0]));
});

describe("a topic", () => {
  const open = () =>
    new OwnTopic<string>(topicName("room")!, { namespace: "test", entry: counted.entry });
  const counted = counting();

  test("shows the same list and says the same of its length, however many members it has", () => {
    const topic = open();
    const members: RemoteMember<string>[] = [];
    const check = (): void => {
      const newcomer = newMember("newcomer");
      // With what a frame may have beside its list.
      const bytes = bytesOf([...members, newcomer]) + 256;
      const [first] = members;
      expect([topic.wouldExceed(bytes, newcomer), topic.wouldExceed(bytes - 1, newcomer)]).toEqual([
        false,
        true,
      ]);
      expect(topic.entries(newcomer)).toBe(textOf(members));
      if (first !== undefined) expect(topic.entries(first)).toBe(textOf(members, first));
    };
    for (let count = 0; count < gatherFrom + 3; count++) {
      check();
      const member = newMember(`m${count}`);
      members.push(member);
      topic.addRemote(member);
      topic.update(member, `é${count}`);
    }
    while (members.length > 0) {
      check();
      topic.deleteRemote(members.shift()!);
    }
    check();
  });

  test("that is large counts two entries for one join, and one for a leave", () => {
    const topic = open();
    for (let count = 0; count < 1000; count++) topic.addRemote(newMember(`m${count}`));
    const newcomer = newMember("newcomer");
    const joining = counted.of(() => {
      topic.wouldExceed(1_000_000, newcomer);
      topic.addRemote(newcomer);
    });
    expect([joining, counted.of(() => topic.deleteRemote(newcomer))]).toEqual([2, 1]);
  });

  test("whose protocol has no list says nothing of its members, and has room for all of them", () => {
    const topic = new OwnTopic<string>(topicName("room")!, { namespace: "test" });
    topic.addRemote(newMember("ann"));
    const bob = newMember("bob");
    expect([topic.entries(bob), topic.wouldExceed(0, bob)]).toEqual(["", false]);
  });
});
