import { expect, test } from "bun:test";
import { Lookout } from "../../src/core/backpressure-scan.ts";
import { lookBytes, lookDeliveredBytes, softBufferedBytes } from "../../src/core/limits.ts";
import type { Peer } from "../../src/core/peer.ts";
import { FakeNode } from "../support/fake-node.ts";

/** A topic of peers whose sockets hold so many unread bytes each, and a member on another node. */
function topicOf(node: FakeNode, unread: readonly number[]) {
  const peers = unread.map((bytes) => {
    const { peer, socket } = node.connect();
    socket.stall();
    socket.sendText("x".repeat(bytes));
    return peer;
  });
  const members = new Map<string, { id: string; peer?: Peer }>([["far", { id: "far" }]]);
  for (const [index, peer] of peers.entries()) members.set(`${index}`, { id: `${index}`, peer });
  return { peers, topic: { members, onChannel: peers.length } };
}

const backedUp = (peers: readonly Peer[]) => peers.map(({ outbox }) => outbox.isBackedUp);

test("a look takes those off their channels that have too much waiting, and nobody else", () => {
  const { peers, topic } = topicOf(new FakeNode(), [0, softBufferedBytes, softBufferedBytes + 1]);
  const lookout = new Lookout();
  lookout.published(topic, "x");
  lookout.look();
  expect(backedUp(peers)).toEqual([false, false, true]);
});

test("a look comes by itself after a bounded number of published bytes", () => {
  const { peers, topic } = topicOf(new FakeNode(), [softBufferedBytes + 1]);
  const lookout = new Lookout();
  const half = "é".repeat(lookBytes / 4);
  lookout.published(topic, half.slice(1));
  lookout.published(topic, half);
  expect(backedUp(peers)).toEqual([false]);
  lookout.published(topic, "é");
  expect(backedUp(peers)).toEqual([true]);
});

test("a look comes sooner where many hear what is published", () => {
  const { peers, topic } = topicOf(new FakeNode(), [softBufferedBytes + 1]);
  const lookout = new Lookout();
  const crowded = { ...topic, onChannel: lookDeliveredBytes / 4 };
  for (const frame of ["x", "é"]) lookout.published(crowded, frame);
  expect(backedUp(peers)).toEqual([false]);
  lookout.published(crowded, "x");
  expect(backedUp(peers)).toEqual([true]);
});

test("a look covers every topic that was published to since the last one", () => {
  const node = new FakeNode();
  const [one, other, quiet] = [0, 1, 2].map(() => topicOf(node, [softBufferedBytes + 1]));
  const lookout = new Lookout();
  for (const { topic } of [one!, other!]) lookout.published(topic, "x");
  lookout.look();
  expect([one, other, quiet].map((some) => backedUp(some!.peers))).toEqual([
    [true],
    [true],
    [false],
  ]);
});

test("a look forgets what it has looked at, and the bytes that led to it", () => {
  const node = new FakeNode();
  const { topic, peers } = topicOf(node, [0]);
  const lookout = new Lookout();
  lookout.published(topic, "x".repeat(lookBytes));
  peers[0]!.socket.sendText("x".repeat(softBufferedBytes + 1));
  lookout.look();
  lookout.published(topic, "x".repeat(lookBytes - 1));
  expect(backedUp(peers)).toEqual([false]);
  lookout.published(topic, "x");
  expect(backedUp(peers)).toEqual([true]);
});

test("a look leaves the sockets alone that are closed", () => {
  const node = new FakeNode();
  const { topic, peers } = topicOf(node, [softBufferedBytes + 1]);
  const lookout = new Lookout();
  lookout.published(topic, "x");
  peers[0]!.socket.close(1000, "");
  lookout.look();
  expect(backedUp(peers)).toEqual([false]);
});
