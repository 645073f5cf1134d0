import { describe, expect, test } from "bun:test";
import { Backlog } from "../../src/server/backlog.ts";

const unbounded = { frames: Number.POSITIVE_INFINITY, length: Number.POSITIVE_INFINITY };

/** What one message may be, so that a few of them are more than all connections may keep. */
const mebi = "x".repeat(1_048_576);

describe("the messages of one connection that waits", () => {
  test("are kept in order, and let go of one by one", () => {
    const held = { length: 0 };
    const backlog = new Backlog(held, false);
    for (const text of ["a", "", "b"]) expect(backlog.add(text, unbounded, false)).toBe(true);
    const lengths = [held.length];
    const texts = [1, 2, 3, 4].map(() => {
      const text = backlog.take()?.text;
      lengths.push(held.length);
      return text;
    });
    expect(texts).toEqual(["a", "", "b", undefined]);
    expect(lengths).toEqual([194, 129, 65, 0, 0]);
  });

  test("are let go of together when the connection has ended", () => {
    const held = { length: 0 };
    const backlog = new Backlog(held, false);
    for (const text of ["a", "b", "c"]) backlog.add(text, unbounded, false);
    backlog.take();
    backlog.clear();
    expect([backlog.size, backlog.take(), held.length]).toEqual([0, undefined, 0]);
  });

  test("go on waiting for something else, in order, and are kept once", () => {
    const held = { length: 0 };
    const before = new Backlog(held, true);
    for (const text of ["a", "b", "c"]) before.add(text, unbounded, true);
    before.take();
    const length = held.length;
    const after = new Backlog(held, false, before);
    expect([before.size, after.size, held.length]).toEqual([0, 2, length]);
    expect([after.fits({ frames: 2, length: 2 }), after.fits({ frames: 1, length: 2 })]).toEqual([
      true,
      false,
    ]);
    expect([after.take(), after.take()]).toEqual([
      { text: "b", isCounted: true },
      { text: "c", isCounted: true },
    ]);
    expect(held.length).toBe(0);
  });

  test("are bounded in number and length, at the bound and one over it", () => {
    const byFrames = new Backlog({ length: 0 }, false);
    const add = (backlog: Backlog, text: string) =>
      backlog.add(text, { frames: 2, length: 10 }, false);
    expect(["", "", ""].map((text) => add(byFrames, text))).toEqual([true, true, false]);
    const byLength = new Backlog({ length: 0 }, false);
    expect(["123456", "12345", "1234"].map((text) => add(byLength, text))).toEqual([
      true,
      false,
      true,
    ]);
    byLength.clear();
    expect(add(byLength, "1234567890")).toBe(true);
  });

  test("say how many of them the rates have counted", () => {
    const backlog = new Backlog({ length: 0 }, true);
    backlog.add("a", unbounded, true);
    backlog.add("b", unbounded, false);
    expect([backlog.take(), backlog.take()]).toEqual([
      { text: "a", isCounted: true },
      { text: "b", isCounted: false },
    ]);
  });
});

describe("the messages of all connections that wait", () => {
  function fill() {
    const held = { length: 0 };
    const flood = new Backlog(held, true);
    let kept = 0;
    while (flood.add(mebi, unbounded, false)) kept++;
    return { held, flood, kept };
  }

  test("are bounded together, and let go of when one of them goes on", () => {
    const { held, flood, kept } = fill();
    const other = new Backlog(held, false);
    expect([kept, other.add(mebi, unbounded, false)]).toEqual([31, false]);
    flood.clear();
    expect([other.add(mebi, unbounded, false), held.length]).toEqual([true, mebi.length + 64]);
  });

  test("leave each some room, whatever the others keep", () => {
    const { held } = fill();
    const offer = "x".repeat(8000);
    const candidate = "x".repeat(400);
    const finer = new Backlog(held, true);
    while (finer.add(candidate, unbounded, false));
    const honest = new Backlog(held, false);
    expect(honest.add(offer, unbounded, false)).toBe(true);
    for (let n = 0; n < 10; n++) expect(honest.add(candidate, unbounded, false)).toBe(true);
    expect(honest.add(offer, unbounded, false)).toBe(false);
  });

  test("count more than their texts: many small ones take memory too", () => {
    const { held, flood } = fill();
    flood.clear();
    const small = new Backlog(held, true);
    let kept = 0;
    while (small.add("", unbounded, false)) kept++;
    expect(kept).toBe(33_554_432 / 64);
  });
});
