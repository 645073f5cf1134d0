// A broadcaster and a receiver that mind their own business, beside sessions of their space that do not.

import { expect, test } from "bun:test";
import { encodeFrame } from "../../support/raw-frame.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { isNotable, ServerProcess } from "../../support/server-process.ts";
import { openSession, openSessions, type Session } from "../../support/session-client.ts";
import { canary, everyOf, ownKeys, sendAndLeave, sendNoise } from "./attacker.ts";

const path = `/ws?space=quiet&token=${canary}`;

const headers = { "User-Agent": canary, "Sec-WebSocket-Protocol": canary };

const open = (url: URL): Promise<RawSocket> => RawSocket.open(url, path, { headers });

/** None of it is a signal to the whole space, which those who mind their own business would hear. */
const attacks: Readonly<Record<string, (url: URL) => Promise<unknown>>> = {
  "random bytes in frames": (url) => sendNoise(5, () => open(url)),

  "keys and values that objects have": (url) =>
    everyOf(ownKeys, (key) =>
      sendAndLeave(open(url), [
        `{"type":"${key}","${canary}":1}`,
        `{"${key}":{"type":"webrtc_offer"}}`,
        `{"type":"webrtc_offer","targetSession":"${key}"}`,
        `{"type":"webrtc_offer","targetSession":{"${key}":"${canary}"}}`,
        `{"type":"configure","requirements":{"${key}":{"${canary}":1}},"settings":{"${key}":1}}`,
        `{"type":"ping","timestamp":{"${key}":"${canary}"}}`,
        '{"type":"status"}',
      ]),
    ),

  "spaces that objects have": (url) =>
    everyOf([...ownKeys, "%00", "quiet%00", "%ff", "a%0d%0ab", "%F0%9F%90%99"], async (space) => {
      const socket = await RawSocket.open(url, `/ws?space=${space}`);
      socket.send('{"type":"webrtc_offer"}');
      socket.close(1000);
      await socket.gone;
    }),

  "sources of their own": (url) =>
    sendAndLeave(open(url), [
      `{"type":"webrtc_ice","targetSession":"${canary}","sourceSession":"${canary}"}`,
      `{"sourceSession":{"a":[${"1,".repeat(20_000)}1]},"type":"webrtc_ice","targetSession":" "}`,
    ]),

  "nesting as deep as a frame": (url) =>
    everyOf(
      [
        "[".repeat(65_536),
        `{"type":${"[".repeat(32_000)}${"]".repeat(32_000)}}`,
        `{"type":"webrtc_ice","targetSession":${"[".repeat(32_000)}${"]".repeat(32_000)}}`,
        `{"type":"ping","timestamp":${"[".repeat(32_000)}${"]".repeat(32_000)}}`,
        `{"type":"configure","settings":${"[".repeat(32_000)}${"]".repeat(32_000)}}`,
        `{"type":"configure","settings":${"[".repeat(8000)}${"]".repeat(8000)}}`,
        `{"type":"configure","requirements":${'{"a":'.repeat(2700)}1${"}".repeat(2700)}}`,
      ],
      (text) => sendAndLeave(open(url), [text]),
    ),

  "configurations that grow": (url) =>
    sendAndLeave(
      open(url),
      Array.from(
        { length: 200 },
        (_, index) => `{"type":"configure","settings":{"${index}":"${canary.repeat(100)}"}}`,
      ),
    ),

  "20,000 errors at once": (url) => sendAndLeave(open(url), Array(20_000).fill("{}")),

  "20,000 targets that are not there": (url) =>
    sendAndLeave(
      open(url),
      Array(20_000).fill(`{"type":"webrtc_ice","targetSession":"${canary}"}`),
    ),

  "answers that are never read": async (url) => {
    const socket = await open(url);
    socket.pause();
    const ping = encodeFrame({ payload: `{"type":"ping","timestamp":"${canary.repeat(100)}"}` });
    socket.sendBytes(Buffer.concat(Array(8000).fill(ping)));
    await sendAndLeave(open(url), ['{"type":"status"}']);
    socket.destroy();
  },
};

/** Offers and answers to and fro, one frame at a time, until told to stop. @returns how often */
async function negotiate(one: Session, other: Session, isOver: () => boolean): Promise<number> {
  for (let turn = 1; ; turn++) {
    for (const [from, to] of [[one, other] as const, [other, one] as const]) {
      const message = `{"type":"webrtc_offer","targetSession":"${to.id}","sdp":${turn}`;
      from.socket.send(`${message}}`);
      expect(await to.socket.next()).toBe(`${message},"sourceSession":"${from.id}"}`);
    }
    if (isOver()) return turn;
  }
}

test("two sessions hear each other, and nothing else, whatever others of their space send", async () => {
  await using server = await ServerProcess.start();
  const { url } = server;
  const [one, other] = await openSessions(url, 2, "quiet");

  const negotiated: Record<string, boolean> = {};
  for (const [name, attack] of Object.entries(attacks)) {
    let isOver = false;
    const [turns] = await Promise.all([
      negotiate(one!, other!, () => isOver),
      attack(url).finally(() => {
        isOver = true;
      }),
    ]);
    negotiated[name] = turns > 0;
  }
  expect(Object.entries(negotiated).filter(([, hasTalked]) => !hasTalked)).toEqual([]);
  await openSession(url, "quiet");

  server.signal("SIGTERM");
  expect(await Promise.all([one!, other!].map(({ socket }) => socket.closed))).toEqual([
    { code: 1012, reason: "server restarting" },
    { code: 1012, reason: "server restarting" },
  ]);
  expect(await server.exited).toBe(0);
  await server.logged(({ msg }) => msg === "stopped");
  expect({
    leaks: server.log.filter((line) => JSON.stringify(line).includes(canary)),
    notable: new Set(server.log.filter(isNotable).map(({ msg }) => msg)),
  }).toEqual({
    leaks: [],
    notable: new Set(["offers or answers without targetSession, so far"]),
  });
}, 60_000);
