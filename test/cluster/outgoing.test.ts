// What a node tells in one tick: when it is made bytes, and when it is published.

import { expect, test } from "bun:test";
import { Lease } from "../../src/cluster/lease.ts";
import { Outgoing } from "../../src/cluster/outgoing.ts";
import { read, textOf } from "./batches.ts";
import { fakeContext, toldNothing } from "./fake-context.ts";
import { FakeRedis } from "./fake-redis.ts";

test("what is told while batches are being published keeps its frame", () => {
  const redis = new FakeRedis();
  const carrier = redis.carrier();
  const ticks: (() => void)[] = [];
  const context = fakeContext(redis, carrier, toldNothing(), (run) => ticks.push(run));
  const outgoing = new Outgoing(context, new Lease(context), () => undefined);
  const tell = (topic: string, f: string) =>
    outgoing.toAll(`test:{hub/${topic}}`, { t: "broadcast", f });
  const heard: unknown[] = [];
  carrier.publish = (_, message) => {
    // As a sender does that is told of a failure meanwhile.
    if (heard.length === 0) tell("b", "second");
    for (const part of read(textOf(message))?.b ?? []) heard.push("f" in part && part.f);
    return Promise.resolve(1);
  };
  tell("a", "first");
  for (const run of ticks.splice(0)) run();
  tell("c", "third, and longer than those before");
  for (const run of ticks.splice(0)) run();
  expect(heard).toEqual(["first", "second", "third, and longer than those before"]);
});
