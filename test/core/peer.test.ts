import { expect, test } from "bun:test";
import { closeReasons } from "../../src/core/close.ts";
import { FakeNode } from "../support/fake-node.ts";
import { endBy } from "../support/fake-socket.ts";

test("a peer that is closed gets what has gathered for it first", () => {
  const node = new FakeNode();
  const { peer, socket } = node.connect();
  peer.send("first");
  peer.send("last");
  peer.close(closeReasons.topicFull);
  expect([socket.received, socket.end, peer.ended, peer.isOpen]).toEqual([
    ["first", "last"],
    endBy(closeReasons.topicFull),
    closeReasons.topicFull,
    false,
  ]);
});

test("the first reason for which a peer is closed is the one that counts", () => {
  const node = new FakeNode();
  const { peer, socket } = node.connect();
  peer.close(closeReasons.slow);
  peer.close(closeReasons.restart);
  expect([socket.end, peer.ended]).toEqual([endBy(closeReasons.slow), closeReasons.slow]);
});

test("a peer that went away was not closed by the server", () => {
  const node = new FakeNode();
  const { peer, socket } = node.connect();
  socket.hangUp(1001);
  peer.close(closeReasons.silent);
  peer.send("too late");
  node.endTick();
  expect([peer.ended, socket.end?.code, socket.received, node.node.peers.size]).toEqual([
    undefined,
    1001,
    [],
    0,
  ]);
});
