// One reader among a thousand stops reading: senders are told, memory stays bounded, nobody else notices,
// and its picture is right once it reads again; if it does not, it is closed.

import { expect, test } from "bun:test";
import type { RawSocket } from "../support/raw-socket.ts";
import { ServerProcess } from "../support/server-process.ts";
import { type Joined, joinTopic } from "../support/topic-client.ts";

const bystanders = 997;

/** What the server may grow by: the reader's buffers in kernel and socket, its outbox, and noise. */
const maxGrowthBytes = 48 * 1024 * 1024;

const payload = "x".repeat(60_000);

interface Frame {
  readonly type: string;
  readonly peerId?: string;
  readonly peers?: readonly { readonly id: string }[];
  readonly code?: string;
  readonly msgId?: string;
}

/** Peers that read everything and say nothing, and count the relays that they should not see. */
async function fillTopic(url: URL, count: number): Promise<{ readonly strays: () => number }> {
  let strays = 0;
  const opened = Array.from({ length: count }, () => {
    const socket = new WebSocket(`${url.href.replace("http", "ws")}ws/hall`);
    return new Promise<void>((resolve, reject) => {
      socket.onerror = () => reject(new Error("a bystander could not join"));
      socket.onmessage = ({ data }) => {
        if (data.startsWith('{"type":"peer-list"')) resolve();
        else if (data.startsWith('{"type":"offer"')) strays++;
      };
    });
  });
  await Promise.all(opened);
  return { strays: () => strays };
}

/** Relays to `to` until an error says that one was dropped. */
async function overflow(sender: Joined, to: string): Promise<Frame> {
  for (let count = 0; ; count++) {
    sender.socket.send(JSON.stringify({ type: "offer", to, payload, msgId: `flood ${count}` }));
    // A frame to oneself comes after whatever the server says of the one before.
    sender.socket.send(JSON.stringify({ type: "answer", to: sender.id }));
    const frame = await nextOf(sender.socket, ["error", "answer"]);
    if (frame.type === "answer") continue;
    await nextOf(sender.socket, ["answer"]);
    return frame;
  }
}

async function nextOf(socket: RawSocket, types: readonly string[]): Promise<Frame> {
  for (;;) {
    const frame: Frame = JSON.parse(await socket.next());
    if (types.includes(frame.type)) return frame;
  }
}

/** Both send each other frames in turn; each must be the next that the other hears of a peer. */
async function converse(one: Joined, two: Joined, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    one.socket.send(JSON.stringify({ type: "offer", to: two.id, msgId: `${round}` }));
    expect((await nextOf(two.socket, ["offer", "error"])).msgId).toBe(`${round}`);
    two.socket.send(JSON.stringify({ type: "answer", to: one.id, msgId: `${round}` }));
    expect((await nextOf(one.socket, ["answer", "error"])).msgId).toBe(`${round}`);
  }
}

test("a reader that stalls among a thousand is dropped for, and catches up when it reads again", async () => {
  await using server = await ServerProcess.start([], {
    SLOW_PEER_SECONDS: "3600",
    MAX_QUEUED_FRAMES: "16",
    LOG_LEVEL: "info",
    BYTES_PER_SECOND: "0",
  });
  const { strays } = await fillTopic(server.url, bystanders);
  const stalled = await joinTopic(server.url, "hall");
  const sender = await joinTopic(server.url, "hall");
  const witness = await joinTopic(server.url, "hall");
  const before = await server.residentBytes();

  stalled.socket.pause();
  const error = await overflow(sender, stalled.id);
  expect(error).toMatchObject({ code: "dropped", msgId: expect.stringMatching(/^flood/) });
  // Members come and go while it does not look, more than its queue has room for.
  const leaver = await joinTopic(server.url, "hall");
  // Somebody who has left before it was announced is not named at all.
  expect(await nextOf(witness.socket, ["peer-joined"])).toMatchObject({ peerId: leaver.id });
  leaver.socket.destroy();
  expect(await nextOf(witness.socket, ["peer-left"])).toMatchObject({ peerId: leaver.id });
  const newcomer = await joinTopic(server.url, "hall");
  expect(JSON.parse(newcomer.list).peers).toHaveLength(bystanders + 3);
  await converse(sender, witness, 50);
  for (let count = 0; count < 50; count++) await overflow(sender, stalled.id);
  expect((await server.residentBytes()) - before).toBeLessThan(maxGrowthBytes);
  expect(strays()).toBe(0);

  stalled.socket.resume();
  const picture = await nextOf(stalled.socket, ["peer-list"]);
  const ids = picture.peers?.map(({ id }) => id) ?? [];
  expect(new Set(ids).size).toBe(bystanders + 3);
  expect(ids).toEqual(expect.arrayContaining([sender.id, witness.id, newcomer.id]));
  expect(ids).not.toContain(leaver.id);
  await converse(sender, stalled, 3);
}, 60_000);

test("a reader that stays stalled is closed with 1013, and the others hear that it has left", async () => {
  await using server = await ServerProcess.start([], {
    SLOW_PEER_SECONDS: "1",
    BYTES_PER_SECOND: "0",
  });
  const stalled = await joinTopic(server.url, "hall");
  const sender = await joinTopic(server.url, "hall");
  stalled.socket.pause();
  await overflow(sender, stalled.id);
  expect(await nextOf(sender.socket, ["peer-left"])).toEqual({
    type: "peer-left",
    peerId: stalled.id,
  });
  await server.logged(({ msg, code }) => msg === "connection ended" && code === 1013);
  stalled.socket.resume();
  expect(await stalled.socket.closed).toMatchObject({ code: 1013 });
}, 30_000);
