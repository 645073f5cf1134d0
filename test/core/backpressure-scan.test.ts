import { expect, test } from "bun:test";
import { BackpressureScan } from "../../src/core/backpressure-scan.ts";
import { scanBytes, scanDeliveredBytes, softBufferedBytes } from "../../src/core/limits.ts";
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

test("a scan takes those off their channels that have too much waiting, and nobody else", () => {
  const { peers, topic } = topicOf(new FakeNode(), [0, softBufferedBytes, softBufferedBytes + 1]);
  const scan = new BackpressureScan();
  scan.published(topic, Buffer.byteLength("x"));
  scan.scan();
  expect(backedUp(peers)).toEqual([false, false, true]);
});

test("a scan comes by itself after a bounded number of published bytes", () => {
  const { peers, topic } = topicOf(new FakeNode(), [softBufferedBytes + 1]);
  const scan = new BackpressureScan();
  const half = "é".repeat(scanBytes / 4);
  scan.published(topic, Buffer.byteLength(half.slice(1)));
  scan.published(topic, Buffer.byteLength(half));
  expect(backedUp(peers)).toEqual([false]);
  scan.published(topic, Buffer.byteLength("é"));
  expect(backedUp(peers)).toEqual([true]);
});

test("a scan comes sooner where many hear what is published", () => {
  const { peers, topic } = topicOf(new FakeNode(), [softBufferedBytes + 1]);
  const scan = new BackpressureScan();
  const crowded = { ...topic, onChannel: scanDeliveredBytes / 4 };
  for (const frame of ["x", "é"]) scan.published(crowded, Buffer.byteLength(frame));
  expect(backedUp(peers)).toEqual([false]);
  scan.published(crowded, Buffer.byteLength("x"));
  expect(backedUp(peers)).toEqual([true]);
});

test("a scan covers every topic that was published to since the last one", () => {
  const node = new FakeNode();
  const [one, other, quiet] = [0, 1, 2].map(() => topicOf(node, [softBufferedBytes + 1]));
  const scan = new BackpressureScan();
  for (const { topic } of [one!, other!]) scan.published(topic, Buffer.byteLength("x"));
  scan.scan();
  expect([one, other, quiet].map((some) => backedUp(some!.peers))).toEqual([
    [true],
    [true],
    [false],
  ]);
});

test("a scan forgets what it has scanned, and the bytes that led to it", () => {
  const node = new FakeNode();
  const { topic, peers } = topicOf(node, [0]);
  const scan = new BackpressureScan();
  scan.published(topic, Buffer.byteLength("x".repeat(scanBytes)));
  peers[0]!.transport.sendText("x".repeat(softBufferedBytes + 1));
  scan.scan();
  scan.published(topic, Buffer.byteLength("x".repeat(scanBytes - 1)));
  expect(backedUp(peers)).toEqual([false]);
  scan.published(topic, Buffer.byteLength("x"));
  expect(backedUp(peers)).toEqual([true]);
});

test("a scan leaves the sockets alone that are closed", () => {
  const node = new FakeNode();
  const { topic, peers } = topicOf(node, [softBufferedBytes + 1]);
  const scan = new BackpressureScan();
  scan.published(topic, Buffer.byteLength("x"));
  peers[0]!.transport.close(1000, "");
  scan.scan();
  expect(backedUp(peers)).toEqual([false]);
});
