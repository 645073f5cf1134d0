// What a peer's token lets it do ends with its time.

import { expect, test } from "bun:test";
import { FakeNode } from "../support/fake-node.ts";

const pass = (until: number) => ({ until, mayJoin: () => true });

test("a peer whose token is over is closed by the sweep, and nobody else", () => {
  const fake = new FakeNode();
  const [over, later, none] = [fake.connect(), fake.connect(), fake.connect()];
  over.peer.pass = pass(Date.now());
  later.peer.pass = pass(Date.now() + 60_000);
  fake.sweep(3);
  expect([over, later, none].map(({ socket }) => socket.end)).toEqual([
    { code: 4001, reason: "token expired" },
    undefined,
    undefined,
  ]);
});

test("a peer that has got another token in time stays", () => {
  const fake = new FakeNode();
  const { peer, socket } = fake.connect();
  peer.pass = pass(Date.now() - 1);
  peer.pass = pass(Date.now() + 60_000);
  fake.sweep(3);
  expect(socket.end).toBeUndefined();
});
