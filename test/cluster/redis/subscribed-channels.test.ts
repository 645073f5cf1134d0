// Channels that a node subscribes to, as commands: how many are named in one, and how many are under way.

import { expect, test } from "bun:test";
import { SubscribedChannels } from "../../../src/cluster/redis/pub-sub.ts";

interface Sent {
  readonly how: string;
  readonly channels: readonly string[];
  readonly done: PromiseWithResolvers<void>;
}

function open() {
  const sent: Sent[] = [];
  const channels = new SubscribedChannels((how, names) => {
    const done = Promise.withResolvers<void>();
    sent.push({ how, channels: [...names], done });
    return done.promise;
  });
  const commands = () => sent.map(({ how, channels: { length } }) => `${how} ${length}`);
  return { sent, channels, commands };
}

const namesOf = (count: number, prefix = "c"): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** The tick ends, and what depends on it is done. */
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a command names 128 channels at most, and 256 are under way", async () => {
  const { sent, channels, commands } = open();
  for (const name of namesOf(129)) void channels.subscribe([name]);
  await tick();
  expect(commands()).toEqual(["subscribe 128", "subscribe 1"]);
  const all = channels.subscribe(namesOf(300, "d"));
  await tick();
  expect(commands().slice(2)).toEqual(["subscribe 128"]);
  for (let next = 0; next < sent.length; next++) {
    sent[next]!.done.resolve();
    await tick();
    await tick();
  }
  await all;
  expect(commands().slice(2)).toEqual(["subscribe 128", "subscribe 128", "subscribe 44"]);
});

test("a promise says when just its own channels are in force, or that this is not known", async () => {
  const { sent, channels } = open();
  const [first, second] = [channels.subscribe(namesOf(128)), channels.subscribe(["last"])];
  await tick();
  sent[1]!.done.reject(new Error("lost"));
  expect(await second.catch((error) => error.message)).toBe("lost");
  sent[0]!.done.resolve();
  await first;
});

test("what is wanted no more by its turn is not subscribed to", async () => {
  const { sent, channels } = open();
  void channels.subscribe(["kept", "left"]);
  channels.unsubscribe(["left"]);
  await tick();
  expect(sent.map(({ how, channels: names }) => [how, ...names])).toEqual([
    ["unsubscribe", "left"],
    ["subscribe", "kept"],
  ]);
});

test("what another server has by its turn is not named", async () => {
  const { sent, channels } = open();
  void channels.subscribe(["kept", "moved"]);
  channels.forget(["moved"]);
  await tick();
  expect(sent.map(({ how, channels: names }) => [how, ...names])).toEqual([["subscribe", "kept"]]);
});
