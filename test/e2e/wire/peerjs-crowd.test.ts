// Who calls a peer that is not there yet, while many others fill the room in which such calls wait.

import { expect, test } from "bun:test";
import { freshId, heard, register } from "../../support/peerjs-client.ts";
import { encodeFrame, opcodes } from "../../support/raw-frame.ts";
import type { RawSocket } from "../../support/raw-socket.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { describeNodes } from "../../support/two-nodes.ts";

const message = (type: string, src: string, dst: string, payload: string): string =>
  JSON.stringify({ type, src, dst, payload });

/** A call with video: an offer and 29 candidates, 20 KB in all. */
function callOf(src: string, dst: string): readonly string[] {
  const candidates = Array.from({ length: 29 }, (_, n) =>
    message("CANDIDATE", src, dst, `${n}`.padEnd(400, "x")),
  );
  return [message("OFFER", src, dst, "x".repeat(6000)), ...candidates];
}

/** What all together may have waiting for other nodes is bounded: who then has more than a share is cut off. */
const cutOff = { code: 1013, reason: "too much before an answer" };

/** Sends many messages to ids that nobody has, and waits until the server has read them, or has cut it off. */
async function fill(socket: RawSocket, id: string, count: number, length: number): Promise<void> {
  const payload = "x".repeat(length);
  const frames = Array.from({ length: count }, (_, n) =>
    encodeFrame({ payload: message("OFFER", id, `${id}-${n}`, payload) }),
  );
  socket.sendBytes(Buffer.concat(frames));
  // A message would not do as a fence: it may be one of those that are too much.
  socket.sendFrame({ opcode: opcodes.ping });
  try {
    while ((await socket.nextFrame()).opcode !== opcodes.pong);
  } catch {
    expect(await socket.closed).toEqual(cutOff);
  }
}

async function crowd(url: URL, size: number) {
  const people: (readonly [RawSocket, string])[] = [];
  while (people.length < size) {
    const ids = Array.from({ length: Math.min(100, size - people.length) }, freshId);
    people.push(
      ...(await Promise.all(ids.map(async (id) => [await register(url, id), id] as const))),
    );
  }
  return people;
}

/** A call that goes on while the crowd fills the room, to somebody who comes then. */
async function play(url: URL, attack: () => Promise<unknown>): Promise<void> {
  const [ann, bob] = [freshId(), freshId()];
  const caller = await register(url, ann);
  const frames = callOf(ann, bob);
  for (const frame of frames.slice(0, 10)) caller.send(frame);
  await attack();
  for (const frame of frames.slice(10)) caller.send(frame);
  expect(await heard(caller, ann)).toEqual([]);
  const callee = await register(url, bob);
  expect(await heard(callee, bob)).toEqual([...frames]);
  expect(await heard(caller, ann)).toEqual([]);
}

// Nothing expires while the crowd is at it.
const patience = { PEERJS_EXPIRE_TIMEOUT: "600000" };

describeNodes((start) => {
  test.each([
    ["short messages", 480, 20],
    ["long messages", 70, 8000],
  ])(
    "a call waits for its time beside 140 who send as many %s as they may",
    async (_, count, length) => {
      await using server = await start([], patience);
      const people = await crowd(server.url, 140);
      await play(server.url, () =>
        Promise.all(people.map(([socket, id]) => fill(socket, id, count, length))),
      );
      for (const [socket] of people) socket.destroy();
    },
    120_000,
  );
});

test("a call waits for its time beside 10,000 who each send a few long messages", async () => {
  await using server = await ServerProcess.start([], { ...patience, LOG_LEVEL: "info" });
  const people = await crowd(server.url, 10_000);
  await play(server.url, async () => {
    for (let at = 0; at < people.length; at += 500)
      await Promise.all(
        people.slice(at, at + 500).map(([socket, id]) => fill(socket, id, 2, 8000)),
      );
  });
  for (const [socket] of people) socket.destroy();
}, 120_000);
