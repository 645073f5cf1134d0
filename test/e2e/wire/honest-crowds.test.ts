// Crowds that mean no harm, at the default limits and from one address of this machine: nobody of them is refused, and
// nothing that they say is lost. CROWDS=25 makes 10,000 and 2,000 of them.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { neededFrames, playMesh } from "../../support/mesh.ts";
import type { RawSocket } from "../../support/raw-socket.ts";
import { addresses, RoomClient } from "../../support/room-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { openSession, type Session } from "../../support/session-client.ts";
import { secret } from "../../support/tokens.ts";
import { joinTopic } from "../../support/topic-client.ts";

const scale = Number(process.env["CROWDS"] ?? 1);

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start([], { JWT_SECRET: secret });
});

afterAll(() => server[Symbol.asyncDispose]());

const refusals = () =>
  server.log.filter(({ msg, by }) => msg === "upgrade refused" || by === "server");

const meshSize = scale === 1 ? 20 : 50;

/** Spectators that come in the same moment: a broadcaster may send some 10,000 frames at once. */
const atOnce = 80;

const listOf = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);

async function readUntil(socket: RawSocket, count: number, what: string): Promise<void> {
  for (let left = count; left > 0; ) if ((await socket.next()).includes(what)) left--;
}

test(`${400 * scale} clients who were disconnected come back at once`, async () => {
  const come = () =>
    Promise.all(listOf(400 * scale).map((index) => joinTopic(server.url, `back-${index >> 2}`)));

  const before = await come();
  for (const { socket } of before) socket.destroy();
  const after = await come();
  expect(refusals()).toEqual([]);
  for (const { socket } of after) socket.destroy();
});

test(`a mesh of ${meshSize} forms, with an offer, an answer and ten candidates each way`, async () => {
  expect((await playMesh(server.url, meshSize)).frames).toBe(neededFrames(meshSize));
  expect(refusals()).toEqual([]);
});

test("who comes into a room of 50 sends everybody an offer of 100 KB at once, and gets as many answers", async () => {
  const size = 50;
  const enter = (index: number) =>
    RoomClient.open(server.url, addresses[0], "simulcast", `user-${index}`);
  const others = await Promise.all(listOf(size - 1).map(enter));
  const newcomer = await enter(size - 1);
  const sdp = "v=0".padEnd(100_000, "a=x-line:0 ");
  const candidate = "candidate:842163049 1 udp 1677729535 192.0.2.1 49152 typ srflx".padEnd(200);
  for (const { user } of others) {
    const signal = (type: string, payload: object) =>
      newcomer.send({ type, payload: { ...payload, target_user_id: user } });
    signal("offer", { type: "offer", sdp });
    for (let sent = 0; sent < 10; sent++) signal("ice_candidate", { candidate });
  }
  await Promise.all(
    others.map(async (other) => {
      await readUntil(other.socket, 1, '"type":"offer"');
      const payload = { type: "answer", sdp, target_user_id: newcomer.user };
      other.send({ type: "answer", payload });
      await readUntil(other.socket, 10, '"type":"ice_candidate"');
    }),
  );
  await readUntil(newcomer.socket, size - 1, '"type":"answer"');
  expect(refusals()).toEqual([]);
});

test(`${atOnce * scale} who want to see one broadcaster are each sent an offer and its candidates`, async () => {
  const count = atOnce * scale;
  const space = "arena";
  const broadcaster = await openSession(server.url, space);
  const spectators: Session[] = await Promise.all(
    listOf(count).map(() => openSession(server.url, space)),
  );
  const sdp = "v=0".padEnd(1000);
  const serve = (async () => {
    for (let left = count; left > 0; left--) {
      const { sourceSession: targetSession } = JSON.parse(await broadcaster.socket.next());
      const send = (message: object) =>
        broadcaster.socket.send(JSON.stringify({ ...message, targetSession }));
      send({ type: "webrtc_offer", sdp });
      for (let sent = 0; sent < 3; sent++) send({ type: "webrtc_ice", candidate: {} });
    }
  })();
  // They read from the beginning: each hears everybody else ask, too.
  const watching = spectators.map(async ({ socket }) => {
    await readUntil(socket, 1, '"webrtc_offer"');
    await readUntil(socket, 3, '"webrtc_ice"');
    void readUntil(socket, Number.POSITIVE_INFINITY, "").catch(() => undefined);
  });
  for (let at = 0; at < count; at += atOnce) {
    for (const { socket } of spectators.slice(at, at + atOnce))
      socket.send('{"type":"webrtc_seek_broadcaster"}');
    await Promise.all(watching.slice(at, at + atOnce));
  }
  await serve;
  expect(refusals()).toEqual([]);
});
