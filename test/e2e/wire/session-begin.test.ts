// How a session begins and ends, and what the server says of itself and of the session.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { request } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { ServerProcess } from "../../support/server-process.ts";
import {
  errorFor,
  freshSpace,
  heard,
  openSession,
  openSessions,
} from "../../support/session-client.ts";

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start();
});

afterAll(() => server[Symbol.asyncDispose]());

/** What a session of its own hears when it sends `text`. */
async function answersTo(...texts: readonly string[]): Promise<readonly string[]> {
  const session = await openSession(server.url, freshSpace());
  for (const text of texts) session.socket.send(text);
  const answers = await heard(session);
  return answers.map((answer) => answer.replaceAll(session.id, "$id"));
}

describe("the address", () => {
  const answers: readonly (readonly [string, Record<string, string>, number])[] = [
    ["/ws", {}, 426],
    ["/ws?space=a", {}, 426],
    ["/ws/", upgradeHeaders, 404],
    [`/ws?space=${"a".repeat(256)}`, upgradeHeaders, 400],
    [`/ws?space=${"%C3%A9".repeat(128)}`, upgradeHeaders, 400],
  ];

  test.each(answers)("%.20s with %o answers %d", async (path, headers, status) => {
    expect(await request(server.url, "GET", path, headers)).toMatchObject({ status });
  });

  test.each(["/ws", "/ws?", "/ws?space=", `/ws?space=${"a".repeat(255)}`, "/ws?other=1"])(
    "%.20s takes an upgrade",
    async (path) => {
      const socket = await RawSocket.open(server.url, path);
      expect(JSON.parse(await socket.next())).toMatchObject({ type: "connected" });
    },
  );
});

describe("a session", () => {
  test("hears first who it is, with an id made of the time and 16 hexadecimal digits", async () => {
    const before = Date.now();
    const socket = await RawSocket.open(server.url, "/ws");
    const text = await socket.next();
    const { sessionId, timestamp } = JSON.parse(text);
    expect(text).toBe(
      `{"type":"connected","sessionId":"${sessionId}","capabilities":["webrtc_signaling"],"serverVersion":"2.0.0","timestamp":${timestamp}}`,
    );
    const [, made] = /^ws_(\d{13})_[0-9a-f]{16}$/.exec(sessionId) ?? [];
    for (const time of [Number(made), timestamp]) expect(time).toBeWithin(before, Date.now() + 1);
  });

  test("has an id that no other has", async () => {
    const sessions = await Promise.all(
      Array.from({ length: 200 }, () => openSession(server.url, "ids")),
    );
    expect(new Set(sessions.map(({ id }) => id)).size).toBe(200);
    for (const { socket } of sessions) socket.destroy();
  });

  test("is told of no other that comes or goes", async () => {
    const space = freshSpace();
    const [stays, goes] = await openSessions(server.url, 2, space);
    goes!.socket.close(1000);
    await goes!.socket.gone;
    await openSession(server.url, space);
    expect(await heard(stays!)).toEqual([]);
  });
});

describe("configure", () => {
  const nothing = '"requirements":{"capabilities":[]}';

  test.each([
    ['{"type":"configure"}', nothing],
    ['{"type":"configure","requirements":{}}', nothing],
    ['{"type":"configure","requirements":null,"settings":null}', nothing],
    ['{"type":"configure","requirements":"webrtc","settings":5}', nothing],
    [
      '{"type":"configure","requirements":{"webrtc":true},"deviceId":"unknown","timestamp":1}',
      '"requirements":{"capabilities":[],"webrtc":true}',
    ],
    [
      '{"type":"configure","requirements":{"capabilities":["video"]},"settings":{"a":[1]}}',
      '"requirements":{"capabilities":["video"]},"settings":{"a":[1]}',
    ],
    ['{"settings":{},"type":"configure"}', `${nothing},"settings":{}`],
    [
      '{"type":"configure","requirements":{"__proto__":{"a":1},"constructor":2}}',
      '"requirements":{"capabilities":[],"__proto__":{"a":1},"constructor":2}',
    ],
  ])("%j", async (text, configured) => {
    expect(await answersTo(text)).toEqual([
      `{"type":"configured","sessionId":"$id",${configured},"timestamp":now}`,
    ]);
  });

  test("adds to what was configured before", async () => {
    const answers = await answersTo(
      '{"type":"configure","requirements":{"a":1,"b":{"c":2}}}',
      '{"type":"configure","requirements":{"b":3},"settings":{"d":4}}',
      '{"type":"configure","settings":{"e":5}}',
    );
    expect(answers.at(-1)).toBe(
      '{"type":"configured","sessionId":"$id","requirements":{"capabilities":[],"a":1,"b":3},"settings":{"d":4,"e":5},"timestamp":now}',
    );
  });

  test("keeps 16,384 characters of JSON at most, however they come", async () => {
    const large = `"${"x".repeat(9000)}"`;
    const session = await openSession(server.url, freshSpace());
    session.socket.send(
      `{"type":"configure","requirements":{"a":${large}},"settings":{"b":${large}}}`,
    );
    session.socket.send(`{"type":"configure","requirements":{"a":${large}}}`);
    session.socket.send(`{"type":"configure","settings":{"b":${large}}}`);
    session.socket.send('{"type":"configure","requirements":{"a":1}}');
    const tooMuch = errorFor(session, "Configuration over 16384 characters");
    expect(await heard(session)).toEqual([
      tooMuch,
      `{"type":"configured","sessionId":"${session.id}","requirements":{"capabilities":[],"a":${large}},"timestamp":now}`,
      tooMuch,
      `{"type":"configured","sessionId":"${session.id}","requirements":{"capabilities":[],"a":1},"timestamp":now}`,
    ]);
  });
});

describe("ping", () => {
  test.each([
    ['{"type":"ping"}', ""],
    ['{"type":"ping","timestamp":1756323620417}', ',"clientTimestamp":1756323620417'],
    ['{"type":"ping","timestamp":0.10e1}', ',"clientTimestamp":0.10e1'],
    ['{"type":"ping","timestamp": "then" }', ',"clientTimestamp":"then"'],
    ['{"type":"p\\u0069ng","timestamp":null}', ',"clientTimestamp":null'],
  ])("%j", async (text, time) => {
    expect(await answersTo(text)).toEqual([
      `{"type":"pong","sessionId":"$id"${time},"serverTimestamp":now}`,
    ]);
  });
});

test("status tells of the server and of the session", async () => {
  await using other = await ServerProcess.start();
  const [gone, session] = await openSessions(other.url, 2);
  await openSession(other.url, "elsewhere");
  gone!.socket.close(1000);
  await gone!.socket.gone;
  for (const text of ['{"type":"webrtc_ice"}', "{}", '{"type":"webrtc_ice","targetSession":"x"}'])
    session!.socket.send(text);
  session!.socket.send('{"type":"status"}');
  const [, , status = ""] = await heard(session!);
  const [, uptime] = /"uptime":(\d+)/.exec(status) ?? [];
  const [, age] = /"age":(\d+)/.exec(status) ?? [];
  expect(status).toBe(
    `{"type":"status","sessionId":"${session!.id}","server":{"uptime":${uptime},"activeConnections":2,"totalSessions":3},"session":{"id":"${session!.id}","messageCount":4,"errors":1,"age":${age}},"timestamp":now}`,
  );
});

describe("over a limit the newcomer alone is closed with 1013:", () => {
  test.each([
    ["that of sessions", { SESSION_LIMIT: "2" }, ["a", "b", "c"]],
    ["that of members of one space", { MAX_TOPIC_MEMBERS: "2" }, ["a", "a", "a"]],
  ] as const)("%s", async (_name, environment, [first, second, third]) => {
    await using other = await ServerProcess.start([], environment);
    const one = await openSession(other.url, first);
    const two = await openSession(other.url, second);
    const socket = await RawSocket.open(other.url, `/ws?space=${third}`);
    expect([await socket.closed, await socket.rest()]).toEqual([
      { code: 1013, reason: "Server overloaded" },
      [],
    ]);
    expect([await heard(one), await heard(two)]).toEqual([[], []]);
    two.socket.close(1000);
    await two.socket.gone;
    await openSession(other.url, third);
  });
});

describe("a session that is idle", () => {
  test.concurrent("and answers no ping is closed with 1000", async () => {
    await using other = await ServerProcess.start([], { SESSION_IDLE_SECONDS: "2" });
    const { socket } = await openSession(other.url);
    // It reads nothing, the pings neither, until the server has given up.
    socket.pause();
    await other.logged(({ msg, code }) => msg === "connection ended" && code === 1000);
    socket.resume();
    expect(await socket.closed).toEqual({ code: 1000, reason: "Session timeout" });
  }, 20_000);

  test.concurrent("and answers pings stays, though it says nothing", async () => {
    await using other = await ServerProcess.start([], { SESSION_IDLE_SECONDS: "2" });
    const quiet = await openSession(other.url);
    for (const end of [1, 2]) {
      const { socket } = await openSession(other.url);
      socket.pause();
      await other.logged(
        () => other.log.filter(({ msg }) => msg === "connection ended").length >= end,
      );
      socket.destroy();
    }
    expect(await heard(quiet)).toEqual([]);
  }, 20_000);
});
