// The handshake of RFC 6455 by raw requests: which are accepted, and what the others are told, at every path.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { exchange, type RequestHeaders, request, requestText } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { ServerProcess } from "../../support/server-process.ts";

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start();
});

afterAll(() => server[Symbol.asyncDispose]());

const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

test("a key may end in any base64 digit: the bits that pad it need not be zero", async () => {
  const statuses = await Promise.all(
    Array.from(base64, async (digit) => {
      const headers = { ...upgradeHeaders, "Sec-WebSocket-Key": `AAAAAAAAAAAAAAAAAAAAA${digit}==` };
      return (await request(server.url, "GET", "/ws/keys", headers)).status;
    }),
  );
  expect(statuses).toEqual(statuses.map(() => 101));
});

describe("an upgrade is accepted", () => {
  const rights: readonly (readonly [string, RequestHeaders])[] = [
    ["as browsers ask for it", { Connection: "Upgrade" }],
    ["as Firefox asks for it", { Connection: "keep-alive, Upgrade" }],
    ["in another case", { Connection: "UPGRADE", Upgrade: "WebSocket" }],
    ["among other protocols", { Upgrade: "h2c , websocket" }],
    [
      "with white space",
      { Connection: " keep-alive ,\tupgrade ", "Sec-WebSocket-Version": " 13 " },
    ],
  ];

  test.each(rights)("%s", async (_how, headers) => {
    const socket = await RawSocket.open(server.url, "/ws/right", { headers });
    expect(await socket.nextJson()).toMatchObject({ type: "welcome" });
  });

  test("whose lists come in several headers", async () => {
    const text = requestText(server.url, "GET", "/ws/several", upgradeHeaders);
    const several = text.replace(
      "Connection: ",
      "Connection: keep-alive\r\nUpgrade: h2c\r\nConnection: ",
    );
    expect(await exchange(server.url, several)).toMatchObject({ status: 101 });
  });
});

const without = (name: keyof typeof upgradeHeaders): RequestHeaders => ({
  ...upgradeHeaders,
  [name]: undefined,
});

const wrongs: readonly (readonly [string, RequestHeaders, number, string])[] = [
  ["without Connection", without("Connection"), 426, "proxy"],
  [
    "whose Connection only stays open",
    { ...upgradeHeaders, Connection: "keep-alive" },
    426,
    "proxy",
  ],
  ["without Upgrade", without("Upgrade"), 426, "proxy"],
  [
    "as a proxy passes it on that knows no upgrades",
    { ...upgradeHeaders, Connection: "close", Upgrade: undefined },
    426,
    "proxy",
  ],
  ["to something else", { ...upgradeHeaders, Upgrade: "h2c" }, 426, "proxy"],
  ["without a version", without("Sec-WebSocket-Version"), 426, "version 13"],
  ["of version 8", { ...upgradeHeaders, "Sec-WebSocket-Version": "8" }, 426, "version 13"],
  ["of version 130", { ...upgradeHeaders, "Sec-WebSocket-Version": "130" }, 426, "version 13"],
  ["of two versions", { ...upgradeHeaders, "Sec-WebSocket-Version": "13, 8" }, 426, "version 13"],
  ["without a key", without("Sec-WebSocket-Key"), 400, "Sec-WebSocket-Key"],
  [
    "whose key is no base64",
    { ...upgradeHeaders, "Sec-WebSocket-Key": "?" },
    400,
    "Sec-WebSocket-Key",
  ],
  [
    "whose key has 15 bytes",
    { ...upgradeHeaders, "Sec-WebSocket-Key": btoa("x".repeat(15)) },
    400,
    "Sec-WebSocket-Key",
  ],
  [
    "whose key has 17 bytes",
    { ...upgradeHeaders, "Sec-WebSocket-Key": btoa("x".repeat(17)) },
    400,
    "Sec-WebSocket-Key",
  ],
  [
    "of two keys",
    {
      ...upgradeHeaders,
      "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==, AAAAAAAAAAAAAAAAAAAAAA==",
    },
    400,
    "Sec-WebSocket-Key",
  ],
];

/** Of sockets, of pages, of health, of REST behind a token, and of nothing. */
const paths = [
  "/ws/a",
  "/ws",
  "/signal",
  "/",
  "/peerjs",
  "/webrtc/ws/a",
  "/demo",
  "/style.css",
  "/healthz",
  "/readyz",
  "/peerjs/id",
  "/webrtc/config",
  "/nothing",
  "/ws/%ff",
];

describe.each(wrongs)("an upgrade %s", (_what, headers, status, told) => {
  test.each(paths)(`at %s is answered with ${status}, which says why`, async (path) => {
    const answer = await request(server.url, "GET", path, headers);
    expect(answer).toMatchObject({ status, body: expect.stringContaining(told) });
    if (status === 426)
      expect(answer.headers).toMatchObject({
        "sec-websocket-version": "13",
        upgrade: "websocket",
        connection: "Upgrade",
      });
  });
});

describe("HEAD opens no WebSocket", () => {
  test.each(paths)("at %s", async (path) => {
    const { status } = await request(server.url, "HEAD", path, upgradeHeaders);
    expect(status).toBe(426);
  });
});

describe("no upgrade is meant", () => {
  test("by who asks for another protocol: a page comes by HTTP/1.1", async () => {
    const h2c = {
      Connection: "Upgrade, HTTP2-Settings",
      Upgrade: "h2c",
      "HTTP2-Settings": "AAMAAABk",
    };
    expect(await request(server.url, "GET", "/healthz", h2c)).toMatchObject({ status: 200 });
  });

  test.each(["/ws/a", "/ws", "/webrtc/ws/a"])(
    "by who asks plainly: at %s, where only sockets are, the answer says so",
    async (path) => {
      expect(await request(server.url, "GET", path)).toMatchObject({
        status: 426,
        headers: { "sec-websocket-version": "13", upgrade: "websocket" },
        body: expect.stringContaining("WebSocket"),
      });
    },
  );
});

describe("a right upgrade where there is no socket is 404", () => {
  test.each(["/demo", "/style.css", "/healthz", "/peerjs/id", "/webrtc/config", "/nothing"])(
    "at %s",
    async (path) => {
      expect(await request(server.url, "GET", path, upgradeHeaders)).toMatchObject({
        status: 404,
        body: expect.stringContaining("WebSocket"),
      });
    },
  );
});
