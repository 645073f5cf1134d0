import { describe, expect, test } from "bun:test";
import { open, openStalled } from "./outbox-on-fakes.ts";

describe("the bounds of what waits", () => {
  test("count frames", () => {
    const { outbox, socket } = openStalled({ maxQueuedFrames: 2 });
    const answers = ["a", "b", "c"].map((frame) => outbox.push(frame));
    expect(answers).toEqual(["queued", "queued", "dropped"]);
    socket.read();
    expect(socket.received).toEqual(["buffered", "taken", "a", "b"]);
  });

  test("count bytes, not characters", () => {
    const { outbox } = openStalled({ maxQueuedBytes: 6 });
    expect(["éé", "é", "e"].map((frame) => outbox.push(frame))).toEqual([
      "queued",
      "queued",
      "dropped",
    ]);
  });

  test("count what was gathered before", () => {
    const { outbox, socket } = open({ maxQueuedBytes: 6 });
    socket.stall();
    socket.sendText("buffered");
    outbox.push("éé");
    outbox.backUp();
    expect(["ab", "c"].map((frame) => outbox.push(frame))).toEqual(["queued", "dropped"]);
  });

  test("let any frame in that finds nothing waiting", () => {
    const { outbox } = openStalled({ maxQueuedBytes: 1, maxQueuedFrames: 1 });
    expect(["larger", "x"].map((frame) => outbox.push(frame))).toEqual(["queued", "dropped"]);
  });

  test("let a small frame in where a larger one found no room", () => {
    const { outbox } = openStalled({ maxQueuedBytes: 4 });
    expect(["abc", "de", "f"].map((frame) => outbox.push(frame))).toEqual([
      "queued",
      "dropped",
      "queued",
    ]);
  });

  test("have room again once the reader has read", () => {
    const { outbox, socket, ticks } = openStalled({ maxQueuedFrames: 1 });
    outbox.push("a");
    socket.read();
    socket.stall();
    socket.sendText("buffered");
    outbox.push("b");
    ticks.end();
    expect(["c", "d"].map((frame) => outbox.push(frame))).toEqual(["queued", "dropped"]);
  });
});

describe("what waits for all peers together", () => {
  const kibi = (count: number): string => "x".repeat(count * 1024);
  const limits = { maxAllQueuedBytes: 256 * 1024 };

  function crowd(size: number) {
    const waiting = { bytes: 0 };
    const stalled = Array.from({ length: size }, () => openStalled(limits, waiting));
    return { waiting, stalled };
  }

  test("is bounded, at the bound and one over it, and has room again once one has read", () => {
    const { waiting, stalled } = crowd(2);
    const [one, other] = [stalled[0]!, stalled[1]!];
    expect([one.outbox.push(kibi(156)), other.outbox.push(kibi(99))]).toEqual(["queued", "queued"]);
    expect([other.outbox.push(kibi(1)), other.outbox.push("x")]).toEqual(["queued", "dropped"]);
    one.socket.read();
    expect([other.outbox.push("x"), waiting.bytes]).toEqual(["queued", 100 * 1024 + 1]);
    other.socket.read();
    expect(waiting.bytes).toBe(0);
  });

  test("leaves each peer 64 KiB, and the first frame whatever its length", () => {
    const { stalled } = crowd(6);
    const answers = stalled.map(({ outbox }) =>
      [kibi(60), kibi(4), "x"].map((frame) => outbox.push(frame)),
    );
    expect(answers.map(String)).toEqual([
      ...[1, 2, 3].map(() => "queued,queued,queued"),
      ...[4, 5, 6].map(() => "queued,queued,dropped"),
    ]);
    expect(openStalled(limits, stalled[0]!.waiting).outbox.push(kibi(300))).toBe("queued");
  });

  test("is given back by one that has ended, also if frames come later", () => {
    const { waiting, stalled } = crowd(1);
    const { outbox, socket, ticks } = stalled[0]!;
    outbox.push(kibi(100));
    socket.hangUp();
    outbox.end();
    outbox.push("late");
    ticks.end();
    expect(waiting.bytes).toBe(0);
  });
});
