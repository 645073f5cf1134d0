import { expect, test } from "bun:test";
import { Watchdog } from "../../src/process/watchdog.ts";

const second = 1000;

/** A watchdog of `a` and `b`, what it does, and its clock. */
function watching() {
  const events: string[] = [];
  const dog = new Watchdog<string>({
    ask: (name) => events.push(`ask ${name}`),
    silent: (name) => events.push(`${name} is silent`),
  });
  let now = 0;
  dog.beat(now);
  dog.watch("a");
  dog.watch("b");
  return {
    dog,
    /** What comes of a beat this much later. */
    beat: (laterMs = second) => {
      events.length = 0;
      now += laterMs;
      dog.beat(now);
      return [...events];
    },
  };
}

const asked = ["ask a", "ask b"];

test("whoever leaves five questions without an answer is silent, and is asked nothing more", () => {
  const { dog, beat } = watching();
  for (let beats = 0; beats < 5; beats++) {
    expect(beat()).toEqual(asked);
    dog.seen("b");
  }
  expect([beat(), beat()]).toEqual([["a is silent", "ask b"], ["ask b"]]);
});

test("one answer makes up for all questions before it", () => {
  const { dog, beat } = watching();
  for (let beats = 0; beats < 5; beats++) beat();
  dog.seen("a");
  dog.seen("b");
  for (let beats = 0; beats < 5; beats++) expect(beat()).toEqual(asked);
});

test("a beat that comes late forgives everybody: the machine was suspended, or has no time", () => {
  const { beat } = watching();
  for (let beats = 0; beats < 5; beats++) beat();
  expect(beat(3_600 * second)).toEqual(asked);
  for (let beats = 0; beats < 4; beats++) expect(beat()).toEqual(asked);
  expect(beat()).toEqual(["a is silent", "b is silent"]);
});

test("whoever is forgotten is not asked, and an answer of it changes nothing", () => {
  const { dog, beat } = watching();
  dog.forget("a");
  dog.seen("a");
  expect(beat()).toEqual(["ask b"]);
});
