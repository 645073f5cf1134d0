import { expect, test } from "bun:test";
import { Greeting } from "../../src/cluster/greeting.ts";
import { newNodeId } from "../../src/core/ids.ts";

const [one, other] = [newNodeId(), newNodeId()];

test("a hello is answered when as many have answered it as have got it, whichever comes first", () => {
  const [early, late] = [new Greeting(), new Greeting()];
  early.begin(1);
  early.reached(1, 2);
  early.answeredBy(one, 1);
  early.answeredBy(one, 1);
  const before = early.isAnswered;
  early.answeredBy(other, 1);
  late.begin(1);
  late.answeredBy(one, 1);
  late.reached(1, 1);
  expect([before, early.isAnswered, late.isAnswered]).toEqual([false, true, true]);
});

test("what concerns an earlier hello, or none, does not count", () => {
  const greeting = new Greeting();
  greeting.begin(1);
  greeting.begin(2);
  greeting.reached(1, 0);
  const seen = [greeting.isAnswered];
  greeting.reached(2, 1);
  greeting.answeredBy(one, 1);
  greeting.answeredBy(one, undefined);
  seen.push(greeting.isAnswered);
  greeting.answeredBy(other, 2);
  expect([...seen, greeting.isAnswered]).toEqual([false, false, true]);
});
