// How much one connection may say, by a clock that the tests move.

import { expect, test } from "bun:test";
import { messagesPerSecond } from "../../../src/protocols/room/options.ts";
import type { FakeClient } from "../../support/fake-server.ts";
import { errorIn } from "../../support/room-client.ts";
import { sign } from "../../support/tokens.ts";
import { ends, RoomNodes, reads, room } from "./room-nodes.ts";

const tooMany = errorIn(room, "RATE_LIMIT_EXCEEDED", "too many messages: some are not relayed", {
  retry_after: 1,
});

/** Two who have heard of each other, in a room with this limit. */
async function meet(perSecond?: number) {
  const options = perSecond === undefined ? {} : { [messagesPerSecond.name]: perSecond };
  const nodes = new RoomNodes(1, options);
  const [ann, bob] = [await nodes.enter(0, "ann"), await nodes.enter(0, "bob")];
  reads(ann, bob);
  const pass = (seconds: number) => nodes.servers[0]!.sweep(seconds);
  return { nodes, ann, bob, pass };
}

const reaction = (n: number) => ({ type: "reaction", payload: { n } });

/** Sends so many messages at once. */
function say(client: FakeClient, count: number): void {
  for (let n = 0; n < count; n++) client.send(reaction(n));
}

const numbers = (frames: readonly unknown[]) =>
  (frames as readonly { readonly payload: { readonly n: number } }[]).map(
    ({ payload }) => payload.n,
  );

test("who enters a room of 50 may send each an offer and 30 candidates at once", async () => {
  const { ann, bob } = await meet();
  say(ann, 49 * 31);
  const [own, heard] = reads(ann, bob);
  expect([own, heard!.length]).toEqual([[], 49 * 31]);
});

test("what is too much is not relayed, and told once; the socket stays", async () => {
  const { ann, bob } = await meet();
  say(ann, 5000);
  bob.send(reaction(7));
  const [own, heard] = reads(ann, bob);
  expect(numbers(heard!)).toEqual(Array.from({ length: 2000 }, (_, n) => n));
  expect(own).toEqual([tooMany, expect.objectContaining({ sender_id: "bob" })]);
  expect(ends(ann)).toEqual([undefined]);
});

test("while it goes on, so many pass in each second, and it is told once a second", async () => {
  const { ann, bob, pass } = await meet(10);
  say(ann, 300);
  reads(ann, bob);
  for (const _second of [1, 2, 3]) {
    let told = 0;
    let passed = 0;
    for (let quarter = 0; quarter < 4; quarter++) {
      pass(0.25);
      say(ann, 50);
      const [own, heard] = reads(ann, bob);
      told += own!.length;
      passed += heard!.length;
    }
    expect({ told, passed }).toEqual({ told: 1, passed: 10 });
  }
});

test("who keeps within the limit is never refused, and who rests may say more at once again", async () => {
  const { ann, bob, pass } = await meet(8);
  const hears = () => reads(ann, bob).map((frames) => frames.length);
  for (let quarter = 0; quarter < 400; quarter++) {
    pass(0.25);
    say(ann, 2);
    bob.peer.seen();
  }
  expect(hears()).toEqual([0, 800]);
  say(ann, 200);
  expect(hears()).toEqual([1, 160 - 2]);
  pass(5);
  say(ann, 200);
  expect(hears()).toEqual([1, 40]);
});

test("messages that are none, and tokens, count as well", async () => {
  const { nodes, ann, bob } = await meet(1);
  const token = await sign({ sub: "ann" });
  for (let n = 0; n < 10; n++) ann.send("nonsense");
  for (let n = 0; n < 8; n++) ann.send({ type: "token", payload: { token } });
  say(ann, 3);
  // What stands behind a token waits until that is verified.
  await nodes.until(() => ann.socket.taken.at(-1)?.includes("RATE_LIMIT_EXCEEDED") === true);
  const [own, heard] = reads(ann, bob);
  expect(numbers(heard!)).toEqual([0, 1]);
  expect([own!.length, own!.at(-1)]).toEqual([11, tooMany]);
});

test("each connection has a pace of its own", async () => {
  const { nodes, ann, bob } = await meet(1);
  const tab = await nodes.enter(0, "ann");
  say(ann, 30);
  say(tab, 30);
  expect(reads(bob)[0]!.length).toBe(40);
});

test("there is no limit where it is 0", async () => {
  const { ann, bob } = await meet(0);
  say(ann, 100_000);
  expect(reads(ann, bob).map((frames) => frames.length)).toEqual([0, 100_000]);
});
