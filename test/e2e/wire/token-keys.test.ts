// Keys at an address, at the compiled binary: what clients are told while they rotate, fail and hang.

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { KeyServer, type NamedKey, namedKey } from "../../support/key-server.ts";
import { request } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { freshRoom } from "../../support/room-client.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { sign } from "../../support/tokens.ts";

const later = { code: 1013, reason: "token keys unavailable" };
const tooMuch = { code: 1013, reason: "too much before an answer" };
const keys: NamedKey[] = [];

let keyServer: KeyServer;
let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeEach(async () => {
  keys.splice(0, keys.length, namedKey("one"));
  keyServer = new KeyServer(keys);
  server = await ServerProcess.start([], { JWKS_URL: keyServer.url.href, AUTH: "required" });
});

afterEach(async () => {
  keyServer[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

async function connect({ by }: NamedKey, path = `/webrtc/ws/${freshRoom()}?`): Promise<RawSocket> {
  const token = await sign({}, by);
  return await RawSocket.open(server.url, `${path}token=${token}`);
}

/** The type of the first frame, or how the connection ends. */
const outcome = (socket: RawSocket): Promise<unknown> =>
  socket.nextJson().then(
    (frame) => Object(frame).type,
    () => socket.closed,
  );

async function configuration({ by }: NamedKey) {
  const headers = { Authorization: `Bearer ${await sign({}, by)}` };
  const {
    status,
    body,
    headers: answered,
  } = await request(server.url, "GET", "/webrtc/config", headers);
  return { status, body: JSON.parse(body), retryAfter: answered["retry-after"] };
}

const refused = {
  status: 503,
  body: { detail: "token keys unavailable" },
  retryAfter: "5",
};

test("a good token by a key that was rotated in is not called invalid, but told to come later", async () => {
  const [old, fresh] = [keys[0]!, namedKey("two")];
  expect(await outcome(await connect(old))).toBe("room_state");
  keys[0] = fresh;
  const ends = ["/webrtc/ws/a?", "/ws/webrtc/a?", "/ws/a?", "/ws?", "/peerjs?id=a&key=peerjs&"];
  for (const path of ends) expect(await outcome(await connect(fresh, path))).toEqual(later);
  expect(await configuration(fresh)).toEqual(refused);
  expect([await outcome(await connect(old)), keyServer.requests.length]).toEqual(["room_state", 1]);
});

test("keys that fail are asked for after one second, and then after two, whatever comes", async () => {
  keyServer.mood = "failing";
  while (keyServer.requests.length < 3)
    expect(await outcome(await connect(keys[0]!))).toEqual(later);
  expect(await configuration(keys[0]!)).toEqual(refused);
  const [first, second, third] = keyServer.requests as [number, number, number];
  expect(second - first).toBeWithin(990, 1800);
  expect(third - second).toBeWithin(1990, 2800);
  const warnings = server.log.filter(({ problem }) => problem === "status 503");
  expect(warnings.length).toBe(1);
});

describe("while keys hang", () => {
  beforeEach(() => {
    keyServer.mood = "hanging";
  });

  test.each([
    ["bytes", 9, "x".repeat(1000)],
    ["one message", 1, "x".repeat(9000)],
    ["messages", 65, "x"],
  ])("a connection may queue some KiB, and no more: %s", async (_what, count, text) => {
    const greedy = await connect(keys[0]!);
    const modest = await connect(keys[0]!);
    await keyServer.asked(1);
    for (let sent = 0; sent < count; sent++) greedy.send(text);
    for (let sent = 0; sent < 7; sent++) modest.send(`{"type":"fence","x":"${"x".repeat(1000)}"}`);
    expect(await greedy.closed).toEqual(tooMuch);
    keyServer.release();
    expect(await outcome(modest)).toBe("room_state");
    for (let sent = 0; sent < 7; sent++) expect(await outcome(modest)).toBe("error");
  });

  test("and once they are at hand, what one says first may be as long as any message", async () => {
    const waiting = await connect(keys[0]!);
    await keyServer.asked(1);
    keyServer.release();
    expect(await outcome(waiting)).toBe("room_state");
    for (let tries = 0; tries < 20; tries++) {
      const socket = await connect(keys[0]!);
      socket.send(`{"type":"offer","payload":{"sdp":"${"x".repeat(60_000)}"}}`);
      expect(await outcome(socket)).toBe("room_state");
    }
  });

  test("what needs no token does not wait", async () => {
    const waiting = await connect(keys[0]!);
    await keyServer.asked(1);
    expect((await request(server.url, "GET", "/peerjs/id")).status).toBe(200);
    waiting.destroy();
  });
});
