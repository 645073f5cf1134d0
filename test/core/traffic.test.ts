import { describe, expect, test } from "bun:test";
import { FakeNode } from "../support/fake-node.ts";
import { open, openStalled } from "./outbox-on-fakes.ts";

describe("what a socket took is counted", () => {
  test("in frames and in bytes of UTF-8", () => {
    const { outbox, ticks, traffic } = open();
    outbox.push("abc");
    outbox.push("é");
    ticks.end();
    expect([traffic.framesSent, traffic.bytesSent]).toEqual([2, 5]);
  });

  test("also what waits in it, but not what waits in the outbox", () => {
    const { outbox, traffic } = openStalled();
    outbox.push("é");
    expect([traffic.framesSent, traffic.bytesSent]).toEqual([1, 5]);
    expect([outbox.waitingFrames, outbox.waitingBytes]).toEqual([1, 2]);
  });

  test("not of a socket that is closed", () => {
    const { outbox, socket, ticks, traffic } = open();
    outbox.push("abc");
    socket.close(1000, "");
    ticks.end();
    expect(traffic.framesSent).toBe(0);
  });
});

test("what gathers in a tick does not count as waiting", () => {
  const { outbox } = open();
  outbox.push("abc");
  expect([outbox.waitingFrames, outbox.waitingBytes]).toEqual([0, 0]);
});

describe("a peer that does not read is among the slow ones", () => {
  const stall = () => {
    const node = new FakeNode();
    const client = node.connect();
    client.socket.stall();
    client.peer.send("x".repeat(100_000));
    node.endTick();
    return { node, ...client };
  };

  test("until it reads again", () => {
    const { node, peer, socket } = stall();
    expect([...node.node.slow]).toEqual([peer]);
    socket.read();
    expect([...node.node.slow]).toEqual([]);
  });

  test("until it ends", () => {
    const { node, socket } = stall();
    socket.close(1000, "");
    expect([...node.node.slow]).toEqual([]);
  });
});
