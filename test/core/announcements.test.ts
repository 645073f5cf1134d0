// What members are told of who joined, changed and left, by what has gathered for them. `+x`, `~x` and `-x` are what a
// protocol says of one member; a protocol that says it in several frames shows everybody in the first of them.

import { describe, expect, test } from "bun:test";
import { Announcements } from "../../src/core/announcements.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
import { LocalMember } from "../../src/core/member.ts";
import { OwnTopic } from "../../src/core/topic.ts";
import { FakeNode } from "../support/fake-node.ts";

const node = new FakeNode();
const topic = new OwnTopic<null>(topicName("room")!, { namespace: "test" });

function member(id: string): LocalMember<null> {
  return new LocalMember(topic, node.connect().peer, { id: memberId(id), info: null });
}

const news = { "+": "joined", "~": "updated", "-": "left" } as const;

/** What gathers in a topic, by a text: `+x` has x join, `~x1` change, `-x` leave. */
function gather(all: Announcements<null>, text: string): void {
  for (const word of text.split(" ")) {
    const what = news[word[0] as keyof typeof news];
    all[what](memberId(word.slice(1, 2)), word);
  }
}

function gathered(text: string): Announcements<null> {
  const all = new Announcements<null>();
  gather(all, text);
  return all;
}

const told = (all: Announcements<null>, to: LocalMember<null>): string | undefined =>
  all.take(to)?.join(" ");

describe("a member is told", () => {
  test.each([
    ["+x", "+x"],
    ["-x", "-x"],
    ["+x -x", ""],
    ["-x +x", "-x +x"],
    ["-x +x -x", "-x"],
    ["+x -x +x", "+x"],
    ["+x +y -x +z -y", "+z"],
    ["+x -x +x -x", ""],
    ["+x ~x1", "+x ~x1"],
    ["~x1 +y ~x2 ~y1", "+y ~x2 ~y1"],
    ["~x1 -x", "-x"],
    ["+x ~x1 -x", ""],
    ["~x1 -x +x", "-x +x"],
  ])("of %p: %p", (text, frames) => {
    const all = gathered(text);
    const ann = member("ann");
    expect([all.has(ann), told(all, ann), all.has(ann), told(all, ann)]).toEqual([
      true,
      frames,
      false,
      "",
    ]);
  });

  test.each([
    ["+x", "-x", "-x"],
    ["+x", "-x +x", "-x +x"],
    ["+x", "-x +x -x", "-x"],
    ["+x -x", "+x", "+x"],
    ["-x", "+x -x", ""],
    ["+x", "~x1 ~x2", "~x2"],
    ["~x1", "~x2", "~x2"],
    ["+x ~x1", "-x", "-x"],
  ])("after %p of %p: %p", (before, text, frames) => {
    const all = gathered(before);
    const ann = member("ann");
    all.take(ann);
    gather(all, text);
    expect(told(all, ann)).toBe(frames);
  });

  test("nothing of what came before it was shown the topic, and of all that came after", () => {
    const all = gathered("+x +y");
    const ann = member("ann");
    all.skip(ann);
    gather(all, "-x +z");
    expect(told(all, ann)).toBe("-x +z");
  });
});

describe("once everybody has been told,", () => {
  test("a left is told to those who know the member from then, and those who have come since", () => {
    const all = gathered("+x +y");
    const [ann, bob] = [member("ann"), member("bob")];
    all.take(ann);
    all.take(bob);
    expect(all.toldToAll(all.end)).toBe(true);
    gather(all, "-x");
    const cid = member("cid");
    all.skip(cid);
    gather(all, "-y");
    expect([told(all, ann), told(all, bob), told(all, cid)]).toEqual(["-x -y", "-x -y", "-y"]);
  });

  test("one who was told less than others is not told it twice, nor does it miss the rest", () => {
    const all = gathered("+x");
    const [ann, bob] = [member("ann"), member("bob")];
    const end = all.end;
    all.take(ann);
    gather(all, "+y");
    all.take(bob);
    expect(all.toldToAll(end)).toBe(false);
    gather(all, "-x -y");
    expect([told(all, ann), told(all, bob)]).toEqual(["-x", "-x -y"]);
  });
});

describe("announcements of several frames", () => {
  test("are told whoever has left meanwhile: they may show others", () => {
    const all = new Announcements<null>();
    const [x, y] = [memberId("x"), memberId("y")];
    all.joined(x, ["=x", "+x"]);
    all.joined(y, ["=x,y", "+y"]);
    all.left(x, ["=y", "-x"]);
    expect(told(all, member("ann"))).toBe("=x +x =x,y +y =y -x");
  });

  test.each([
    ["joined", ["+x", "also"], "-x", "+x also -x"],
    ["left", "+x", ["-x", "+w"], "+x -x +w"],
  ] as const)("keep the other one from being left out: a %s", (_which, joined, left, frames) => {
    const all = new Announcements<null>();
    all.joined(memberId("x"), joined);
    all.left(memberId("x"), left);
    expect(told(all, member("ann"))).toBe(frames);
  });

  test("are told of every change", () => {
    const all = new Announcements<null>();
    for (const change of ["1", "2"]) all.updated(memberId("x"), [`~x${change}`, "also"]);
    expect(told(all, member("ann"))).toBe("~x1 also ~x2 also");
  });
});

/** Announcements of members that stay. */
function gatherMany(all: Announcements<null>, count: number, frame = "+"): void {
  for (let index = 0; index < count; index++) all.joined(memberId(`m${all.end}`), frame);
}

describe("what is kept", () => {
  test("is bounded in number: who is further behind has to be shown the topic", () => {
    const all = new Announcements<null>();
    const [ann, bob] = [member("ann"), member("bob")];
    gatherMany(all, 8192);
    all.skip(bob);
    expect(all.take(ann)?.length).toBe(8192);
    const cid = member("cid");
    gatherMany(all, 1);
    expect([all.has(cid), all.take(cid), all.has(cid)]).toEqual([true, undefined, false]);
    expect([told(all, ann), told(all, bob)]).toEqual(["+", "+"]);
  });

  test("is bounded in length, over all frames", () => {
    const all = new Announcements<null>();
    const ann = member("ann");
    const mebi = "x".repeat(1_048_576);
    gatherMany(all, 4, mebi);
    expect(all.take(ann)?.length).toBe(4);
    gatherMany(all, 2, "+");
    const bob = member("bob");
    expect([all.take(bob), told(all, ann)]).toEqual([undefined, "+ +"]);
  });

  test("is nothing at all where one announcement is longer than the bound", () => {
    const all = new Announcements<null>();
    all.joined(memberId("x"), ["x".repeat(4_194_304), "+x"]);
    const ann = member("ann");
    expect([all.has(ann), all.take(ann), all.toldToAll(all.end)]).toEqual([true, undefined, true]);
  });

  test("is not needed by those who have been told, whose lefts they get", () => {
    const all = gathered("+x");
    const ann = member("ann");
    all.take(ann);
    gatherMany(all, 8192);
    all.take(ann);
    gather(all, "-x");
    expect(told(all, ann)).toBe("-x");
  });

  test("goes when everybody has been told, a round that has begun before too", () => {
    const all = new Announcements<null>();
    gatherMany(all, 10);
    const end = all.end;
    gatherMany(all, 8192);
    const ann = member("ann");
    expect(all.toldToAll(end)).toBe(false);
    expect(all.take(ann)).toBeUndefined();
    expect(all.toldToAll(all.end)).toBe(true);
    expect(all.has(member("bob"))).toBe(false);
  });
});

test("a member that has left is forgotten, and an id's next holder is told what anybody is", () => {
  const all = gathered("+x");
  const ann = member("ann");
  all.take(ann);
  all.forget(ann);
  expect(told(all, ann)).toBe("+x");
});
