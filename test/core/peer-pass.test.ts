// What a peer's token lets it do: which topics it may join, and until when.

import { expect, test } from "bun:test";
import * as v from "valibot";
import { Hub } from "../../src/core/hub.ts";
import { memberId, topicName } from "../../src/core/ids.ts";
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

test("a peer joins the topics that its token names, and an attempt at another changes nothing", () => {
  const fake = new FakeNode();
  const hub = new Hub<null>(fake.node, "test", { info: v.null() });
  const { peer } = fake.connect();
  peer.pass = { until: Number.POSITIVE_INFINITY, mayJoin: (name) => name === "here" };
  const join = (name: string) =>
    hub.join(peer, topicName(name)!, { id: memberId("ann"), info: null });
  expect([join("there"), hub.size, peer.memberships]).toEqual(["forbidden", 0, []]);
  expect([typeof join("here"), hub.size]).toEqual(["object", 1]);
});
