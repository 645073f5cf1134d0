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
