import { describe, expect, test } from "bun:test";
import { gatherBytes } from "../../src/core/limits.ts";
import { open, openStalled } from "./outbox-on-fakes.ts";

describe("an outbox whose socket takes frames", () => {
  test("gathers until the end of the tick, and writes at once", () => {
    const { outbox, socket, ticks, told } = open();
    const answers = ["a", "b", "c"].map((frame) => outbox.push(frame));
    const before = [...socket.received];
    ticks.end();
    expect({ answers, before, after: socket.received, writes: socket.writes, told }).toEqual({
      answers: ["sent", "sent", "sent"],
      before: [],
      after: ["a", "b", "c"],
      writes: 1,
      told: [],
    });
  });

  test("does not wait for the end of the tick once enough has gathered", () => {
    const { outbox, socket, ticks } = open();
    const half = "x".repeat(gatherBytes / 2);
    outbox.push(half);
    expect(socket.received).toEqual([]);
    outbox.push(half);
    expect(socket.received).toEqual([half, half]);
    outbox.push("next");
    ticks.end();
    expect(socket.received).toEqual([half, half, "next"]);
  });

  test("gathers in each tick anew", () => {
    const { outbox, socket, ticks } = open();
    for (const frame of ["x".repeat(gatherBytes - 1), "next"]) {
      outbox.push(frame);
      expect(socket.received).not.toContain(frame);
      ticks.end();
    }
    expect(socket.writes).toBe(2);
  });

  test("takes more than it may queue, as long as nothing has to wait", () => {
    const { outbox, socket, ticks } = open({ maxQueuedFrames: 1, maxQueuedBytes: 1 });
    const frames = ["one", "two", "three"];
    expect(frames.map((frame) => outbox.push(frame))).toEqual(["sent", "sent", "sent"]);
    ticks.end();
    expect(socket.received).toEqual(frames);
  });

  test("does nothing at the end of a tick in which it was flushed already", () => {
    const { outbox, socket, ticks } = open();
    outbox.push("a");
    outbox.flush();
    ticks.end();
    expect([socket.received, socket.writes]).toEqual([["a"], 1]);
  });

  test("is not disturbed by a drain that it did not wait for", () => {
    const { outbox, socket, told } = open();
    outbox.push("a");
    outbox.drained();
    expect([socket.received, told]).toEqual([[], []]);
  });
});

describe("an outbox whose socket takes no more", () => {
  test("never sends a frame again that the socket has buffered", () => {
    const { outbox, socket, ticks, told } = open();
    socket.stall(1);
    // Larger than a cork, so that the socket's answer is its own.
    const frames = ["1".repeat(20_000), "2".repeat(20_000), "3"];
    for (const frame of frames) outbox.push(frame);
    ticks.end();
    expect([socket.taken, outbox.isBackedUp, told]).toEqual([
      frames.slice(0, 1),
      true,
      ["backed up"],
    ]);
    socket.read();
    expect([socket.received, outbox.isBackedUp, told]).toEqual([
      frames,
      false,
      ["backed up", "relieved"],
    ]);
  });

  test("keeps a frame that the socket did not take", () => {
    const { outbox, socket, ticks } = open({}, 10);
    socket.stall();
    socket.sendText("over the limit of the socket");
    outbox.push("kept");
    ticks.end();
    expect([socket.refusals, outbox.isBackedUp]).toEqual([1, true]);
    socket.read();
    expect(socket.received).toEqual(["over the limit of the socket", "kept"]);
  });

  test("queues, in order and behind what was gathered, until the reader has read", () => {
    const { outbox, socket, ticks, told } = open();
    socket.stall();
    socket.sendText("buffered");
    outbox.push("gathered");
    outbox.backUp();
    const answers = ["a", "b"].map((frame) => outbox.push(frame));
    ticks.end();
    expect([answers, socket.taken]).toEqual([["queued", "queued"], ["buffered"]]);
    socket.read();
    expect([socket.received, told]).toEqual([
      ["buffered", "gathered", "a", "b"],
      ["backed up", "relieved"],
    ]);
  });

  test("is relieved only when nothing waits any more", () => {
    const { outbox, socket, told } = openStalled();
    const large = "x".repeat(20_000);
    for (const frame of [large, large, "last"]) outbox.push(frame);
    socket.read(30_000);
    expect([socket.taken, told]).toEqual([
      ["buffered", "taken", large, large],
      ["backed up", "backed up"],
    ]);
    socket.read();
    expect([socket.received, told]).toEqual([
      ["buffered", "taken", large, large, "last"],
      ["backed up", "backed up", "relieved"],
    ]);
  });

  test("tells its owner once, however often it is said to be backed up", () => {
    const { outbox, told } = openStalled();
    outbox.backUp();
    outbox.backUp();
    expect(told).toEqual(["backed up"]);
  });
});

test("an outbox whose socket was closed discards what it holds", () => {
  const { outbox, socket, ticks, told } = open();
  outbox.push("gathered");
  socket.hangUp();
  outbox.push("late");
  ticks.end();
  expect([socket.taken, socket.refusals, told]).toEqual([[], 0, []]);
});
