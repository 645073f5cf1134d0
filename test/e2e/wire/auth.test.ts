// Tokens for the protocols that are open by themselves: AUTH, AUTH_PROTOCOLS, and a token's rooms.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { request } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { now, secret, sign } from "../../support/tokens.ts";
import { freshTopic } from "../../support/topic-client.ts";
import { canary } from "./attacker.ts";

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start([], {
    JWT_SECRET: secret,
    AUTH: "required",
    PEERJS_ALLOW_DISCOVERY: "true",
    Y_WEBRTC_STATUS: "true",
  });
});

afterAll(() => server[Symbol.asyncDispose]());

const missing = { code: 1008, reason: "token missing" };
const notAllowed = { code: 1008, reason: "room not allowed" };

/** Every open protocol: how one comes to a topic, whatever it is called there, and what it hears first. */
interface Door {
  readonly protocol: string;
  readonly path: (topic: string) => string;
  /** What it sends first. */
  readonly says?: (topic: string) => string;
  readonly hears: string;
}

const doors: readonly Door[] = [
  { protocol: "topic", path: (topic) => `/ws/${topic}?`, hears: "welcome" },
  {
    protocol: "y-webrtc",
    path: () => "/signal?",
    says: (topic) => `{"type":"subscribe","topics":["${topic}"]}`,
    hears: "pong",
  },
  {
    protocol: "y-webrtc",
    path: () => "/?",
    says: (topic) => `{"type":"subscribe","topic":"${topic}"}`,
    hears: "pong",
  },
  { protocol: "session", path: (topic) => `/ws?space=${topic}&`, hears: "connected" },
  {
    protocol: "peerjs",
    path: (topic) => `/peerjs?key=peerjs&id=${topic}&`,
    hears: "OPEN",
  },
];

async function enter(
  { path, says }: Door,
  topic: string,
  query: string,
  url = server.url,
): Promise<RawSocket> {
  const socket = await RawSocket.open(url, path(topic) + query);
  if (says !== undefined) {
    socket.send(says(topic));
    socket.send('{"type":"ping"}');
  }
  return socket;
}

const named = doors.map((door) => [`${door.protocol} at ${door.path("…")}`, door] as const);

describe.each(named)("%s", (_, door) => {
  test("is closed to who has no good token", async () => {
    for (const [query, reason] of [
      ["", "token missing"],
      [`token=${await sign({ exp: now() - 61 })}`, "token expired"],
      [`token=${canary}`, "token invalid"],
      [`token=${await sign({ sub: "server" })}`, "token invalid"],
      [`token=${await sign()}&token=${await sign()}`, "token invalid"],
    ] as const) {
      const socket = await enter(door, freshTopic(), query);
      expect([await socket.closed, await socket.rest()]).toEqual([{ code: 1008, reason }, []]);
    }
  });

  test("is open to who has one, in the topics that it names", async () => {
    const topic = freshTopic();
    const token = await sign({ rooms: [`${topic}*`] });
    const socket = await enter(door, topic, `token=${token}`);
    expect(await socket.nextJson()).toMatchObject({ type: door.hears });
    const other = await enter(door, `other-${topic}`, `token=${token}`);
    expect([await other.closed, await other.rest()]).toEqual([notAllowed, []]);
  });

  test("takes the token of a header or a subprotocol, too", async () => {
    if (door.protocol === "peerjs") return;
    const token = await sign();
    for (const headers of [
      { Authorization: `Bearer ${token}` },
      { "Sec-WebSocket-Protocol": `bearer, ${token}` },
    ]) {
      const topic = freshTopic();
      const socket = await RawSocket.open(server.url, door.path(topic), { headers });
      if (door.says !== undefined) socket.send('{"type":"ping"}');
      expect(await socket.nextJson()).toMatchObject({ type: door.hears });
    }
  });
});

test("a connection ends with its token", async () => {
  const exp = now() - 58;
  const token = await sign({ exp });
  const sockets = await Promise.all(
    doors.map((door) => enter(door, freshTopic(), `token=${token}`)),
  );
  const ends = await Promise.all(sockets.map((socket) => socket.closed));
  expect(ends).toEqual(doors.map(() => ({ code: 4001, reason: "token expired" })));
}, 30_000);

test("who may not subscribe to a y-webrtc room may not publish there either", async () => {
  const room = freshTopic();
  const inside = await RawSocket.open(server.url, `/signal?token=${await sign()}`);
  const hears = (text: string) => inside.next().then((next) => expect(next).toBe(text));
  for (const [subscribe, publish] of [
    [{ topics: [room] }, { data: {} }],
    [{ topic: room }, { payload: {} }],
  ]) {
    inside.send(JSON.stringify({ type: "subscribe", ...subscribe }));
    inside.send('{"type":"ping"}');
    await hears('{"type":"pong"}');
    const token = await sign({ rooms: ["other"] });
    const outside = await RawSocket.open(server.url, `/signal?token=${token}`);
    outside.send(JSON.stringify({ type: "publish", topic: room, ...publish }));
    expect(await outside.closed).toEqual(notAllowed);
    inside.send('{"type":"ping"}');
    await hears('{"type":"pong"}');
  }
});

describe("plain answers", () => {
  test.each([
    ["/peerjs/peers", 401],
    ["/api/signaling/status", 401],
    ["/peerjs/id", 200],
    ["/signal", 200],
    ["/healthz", 200],
    ["/", 200],
  ])("at %s without a token: %d", async (path, status) => {
    expect(await request(server.url, "GET", path)).toMatchObject({ status });
  });

  test.each(["/peerjs/peers", "/api/signaling/status"])("at %s with one: 200", async (path) => {
    const headers = { Authorization: `Bearer ${await sign()}` };
    expect(await request(server.url, "GET", path, headers)).toMatchObject({ status: 200 });
  });
});

test("AUTH_PROTOCOLS names those that are closed; a token elsewhere changes nothing", async () => {
  const env = { JWT_SECRET: secret, AUTH: "required", AUTH_PROTOCOLS: "session,y-webrtc" };
  await using other = await ServerProcess.start([], env);
  for (const door of doors) {
    const query = door.protocol === "peerjs" ? "token=x" : "";
    const socket = await enter(door, freshTopic(), query, other.url);
    if (env.AUTH_PROTOCOLS.includes(door.protocol)) expect(await socket.closed).toEqual(missing);
    else expect(await socket.nextJson()).toMatchObject({ type: door.hears });
  }
});

test("without AUTH everything is open, and a token's rooms are not asked", async () => {
  await using other = await ServerProcess.start([], { JWT_SECRET: secret });
  const token = await sign({ rooms: [], exp: now() - 1000 });
  for (const door of doors) {
    const socket = await enter(door, freshTopic(), `token=${token}`, other.url);
    expect(await socket.nextJson()).toMatchObject({ type: door.hears });
  }
});

test("no token is ever logged", () => {
  const text = JSON.stringify(server.log);
  for (const word of [canary, "eyJ", secret]) expect(text).not.toContain(word);
});
