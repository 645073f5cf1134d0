// A camera, who watches it and a listener, in a space where others do their worst.

import { expect, test } from "bun:test";
import { freshSpace, GstClient, told } from "../../support/gst-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { randomBytes } from "./attacker.ts";

const nest = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const json = JSON.stringify;
const setStatus = (roles: readonly string[], meta: unknown = null) =>
  json({ type: "setPeerStatus", roles, meta });

interface Target {
  readonly camera: string;
  readonly viewer: string;
  readonly session: string;
  /** The attacker's own id. */
  readonly self: string;
}

/** What each attacker sends over one socket. None of it reaches the others, but that it has come or gone. */
const attacks: Readonly<Record<string, (target: Target) => readonly string[]>> = {
  "what is no message": () => ["", "null", "[]", "5", "{", "{}", '{"type":"newPeer"}'],
  "odd keys": ({ session }) => [
    '{"__proto__":{"type":"list"}}',
    '{"type":"__proto__"}',
    '{"type":"setPeerStatus","roles":["__proto__"]}',
    '{"type":"setPeerStatus","roles":{"__proto__":["producer"]}}',
    '{"type":"startSession","peerId":"__proto__"}',
    '{"type":"endSession","sessionId":"__proto__"}',
    `{"type":"peer","sessionId":"${session}","sdp":{"__proto__":{"type":"offer","sdp":""}}}`,
  ],
  "deep nesting": ({ session }) => [
    nest(30_000),
    `{"type":"setPeerStatus","roles":${nest(30_000)}}`,
    `{"type":"setPeerStatus","roles":["producer"],"meta":${nest(30_000)}}`,
    `{"type":"peer","sessionId":"${session}","sdp":{"type":"offer","sdp":"","x":${nest(30_000)}}}`,
  ],
  "what elements do not read": ({ session }) => [
    '{"type":"setPeerStatus","roles":["producer"],"meta":"\\ud800"}',
    '{"type":"setPeerStatus","roles":["producer"],"meta":1e999}',
    `{"type":"peer","sessionId":"${session}","ice":{"candidate":"\\udfff","sdpMLineIndex":0}}`,
  ],
  "a meta too long": () => [setStatus(["producer"], "x".repeat(60_000))],
  "a session of others": ({ session }) => [
    json({ type: "peer", sessionId: session, sdp: { type: "offer", sdp: "" } }),
    json({ type: "peer", sessionId: session, ice: { candidate: "", sdpMLineIndex: 0 } }),
    json({ type: "endSession", sessionId: session }),
    json({ type: "endSessionV1_1", sessionId: session, error: "mine now" }),
  ],
  "sessions with who is no producer": ({ viewer, self }) => [
    json({ type: "startSession", peerId: viewer }),
    json({ type: "startSession", peerId: self }),
    json({ type: "startSession", peerId: "x".repeat(60_000) }),
  ],
  "questions without end": () => Array(3000).fill('{"type":"list"}'),
  "versions without end": () => Array(1000).fill('{"type":"setProtocolVersion","version":"v1_1"}'),
  "sessions with oneself without end": ({ self }) => [
    setStatus(["producer"]),
    ...Array(1500).fill(json({ type: "startSession", peerId: self })),
    setStatus([]),
  ],
};

test("a session goes on, whatever others in its space send", async () => {
  await using server = await ServerProcess.start();
  const space = freshSpace();
  const camera = await GstClient.as(server.url, space, ["producer"]);
  const viewer = await GstClient.open(server.url, space);
  const session = await viewer.start(camera);
  await camera.heard();
  for (const [name, textsOf] of Object.entries(attacks)) {
    const attackers = await Promise.all([1, 2, 3].map(() => GstClient.open(server.url, space)));
    for (const attacker of attackers) {
      const ids = { camera: camera.id, viewer: viewer.id, self: attacker.id };
      for (const text of textsOf({ ...ids, session })) attacker.send(text);
    }
    const offer = json({ type: "peer", sessionId: session, sdp: { type: "offer", sdp: name } });
    const answer = json({ type: "peer", sessionId: session, sdp: { type: "answer", sdp: name } });
    camera.send(offer);
    expect(await viewer.say(answer)).toEqual([offer]);
    expect(await camera.heard()).toEqual([answer]);
    // Bad input ends no socket.
    for (const attacker of attackers) await attacker.handled();
    for (const attacker of attackers)
      expect((await attacker.say({ type: "list" })).at(-1)).toBe(told.list([camera, "null"]));
    for (const { socket } of attackers) socket.destroy();
    await Promise.all(attackers.map(({ socket }) => socket.gone));
  }
  const faults = server.log.filter(({ msg, level }) => msg.includes("fault") || level === "error");
  expect(faults).toEqual([]);
  const log = JSON.stringify(server.log);
  for (const word of [space, session, camera.id, "mine now"]) expect(log).not.toContain(word);
}, 60_000);

test("a listener hears of attackers no more than that they came and went", async () => {
  await using server = await ServerProcess.start();
  const space = freshSpace();
  const watcher = await GstClient.as(server.url, space, ["listener"]);
  const ids: string[] = [];
  for (const bytes of randomBytes(7)) {
    const attacker = await GstClient.open(server.url, space);
    ids.push(attacker.id);
    attacker.socket.sendBinary(bytes);
    attacker.socket.sendBytes(bytes);
    attacker.socket.finish();
    await attacker.socket.gone;
  }
  expect((await watcher.heard()).toSorted()).toEqual(
    ids.map((id) => told.status({ id }, [])).toSorted(),
  );
}, 60_000);
