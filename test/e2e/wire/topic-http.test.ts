// What the topic protocol's address and its neighbours answer to plain HTTP.

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

const corsHeaders = (origin: string) => ({
  "access-control-allow-origin": origin,
  "access-control-allow-methods": "GET, OPTIONS",
  "access-control-allow-headers": "Content-Type, Authorization",
  "access-control-allow-credentials": "true",
});

describe("/healthz", () => {
  test("answers ok to GET", async () => {
    expect(await request(server.url, "GET", "/healthz")).toMatchObject({ status: 200, body: "ok" });
  });

  test("answers the same to HEAD, without the body", async () => {
    expect(await request(server.url, "HEAD", "/healthz")).toMatchObject({
      status: 200,
      headers: { "content-length": "2" },
      body: "",
    });
  });

  test("answers ok to HTTP/1.0 without a Host, as load balancers ask", async () => {
    expect(await exchange(server.url, "GET /healthz HTTP/1.0\r\n\r\n")).toMatchObject({
      status: 200,
      headers: corsHeaders("*"),
      body: "ok",
    });
  });
});

const answers: readonly (readonly [string, string, string, RequestHeaders, number])[] = [
  ["a health check", "GET", "/healthz", {}, 200],
  ["a health check by HEAD", "HEAD", "/healthz", {}, 200],
  ["the start page", "GET", "/", {}, 200],
  ["an unknown path", "GET", "/nothing", {}, 404],
  ["an unknown path, upgrading", "GET", "/nothing", upgradeHeaders, 404],
  ["a path of two slashes", "GET", "//healthz", {}, 404],
  ["a topic without an upgrade", "GET", "/ws/a", {}, 426],
  ["a topic that is not UTF-8", "GET", "/ws/%ff", upgradeHeaders, 400],
  ["metadata that is not JSON", "GET", "/ws/a?metadata=%7B", upgradeHeaders, 400],
  ["a method of another kind", "POST", "/healthz", {}, 405],
  ["a preflight", "OPTIONS", "/ws/a", {}, 200],
];

describe.each(answers)("the answer to %s", (_what, method, path, headers, status) => {
  test("allows the origin that asks", async () => {
    const origin = "https://example.org:8443";
    expect(await request(server.url, method, path, { ...headers, Origin: origin })).toMatchObject({
      status,
      headers: corsHeaders(origin),
    });
  });

  test("allows any origin where none is named", async () => {
    expect(await request(server.url, method, path, headers)).toMatchObject({
      status,
      headers: corsHeaders("*"),
    });
  });
});

describe("a request whose Host", () => {
  test.each(["", "[", "a b", "%"])(
    "is %j is answered, and any origin may read it",
    async (Host) => {
      const { status, headers } = await request(server.url, "GET", "/healthz", { Host });
      expect({ isFault: status >= 500, headers }).toMatchObject({
        isFault: false,
        headers: corsHeaders("*"),
      });
    },
  );
});

describe("OPTIONS", () => {
  const preflight = {
    Origin: "https://example.org",
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "content-type",
  };
  const paths = [
    "/",
    "/healthz",
    "/nothing",
    "/ws/",
    "/ws/a",
    "/ws/a/b",
    "/ws/%ff",
    "/ws/a?metadata={",
  ];

  test.each(paths)("on %s is answered with 200 and nothing else", async (path) => {
    for (const headers of [preflight, {}, upgradeHeaders])
      expect(await request(server.url, "OPTIONS", path, headers)).toMatchObject({
        status: 200,
        headers: { "content-length": "0" },
        body: "",
      });
  });
});

describe("GET /ws/{topic} is answered with 426 and the version to use", () => {
  const wrongs: readonly (readonly [string, string, RequestHeaders])[] = [
    ["without any header of an upgrade", "GET", {}],
    ["without Connection", "GET", { ...upgradeHeaders, Connection: undefined }],
    [
      "with a Connection that only stays open",
      "GET",
      { ...upgradeHeaders, Connection: "keep-alive" },
    ],
    ["without Upgrade", "GET", { ...upgradeHeaders, Upgrade: undefined }],
    ["with an upgrade to something else", "GET", { ...upgradeHeaders, Upgrade: "h2c" }],
    ["without a version", "GET", { ...upgradeHeaders, "Sec-WebSocket-Version": undefined }],
    ["with version 8", "GET", { ...upgradeHeaders, "Sec-WebSocket-Version": "8" }],
    ["with version 130", "GET", { ...upgradeHeaders, "Sec-WebSocket-Version": "130" }],
    ["without a key", "GET", { ...upgradeHeaders, "Sec-WebSocket-Key": undefined }],
    ["with a key that is no base64", "GET", { ...upgradeHeaders, "Sec-WebSocket-Key": "?" }],
    [
      "with a key of 15 bytes",
      "GET",
      { ...upgradeHeaders, "Sec-WebSocket-Key": btoa("x".repeat(15)) },
    ],
    [
      "with a key of 17 bytes",
      "GET",
      { ...upgradeHeaders, "Sec-WebSocket-Key": btoa("x".repeat(17)) },
    ],
    ["by HEAD", "HEAD", upgradeHeaders],
  ];

  test.each(wrongs)("%s", async (_how, method, headers) => {
    expect(await request(server.url, method, "/ws/a", headers)).toMatchObject({
      status: 426,
      headers: { "sec-websocket-version": "13" },
    });
  });
});

describe("an upgrade", () => {
  test("is accepted whatever the case of its words, and among others", async () => {
    const socket = await RawSocket.open(server.url, "/ws/words", {
      headers: { Connection: "keep-alive, UPGRADE", Upgrade: "WebSocket" },
    });
    expect(await socket.nextJson()).toMatchObject({ type: "welcome" });
  });

  test("agrees on no subprotocol and no extension, whatever is offered", async () => {
    const { handshake } = await RawSocket.open(server.url, "/ws/offers", {
      headers: {
        "Sec-WebSocket-Protocol": "token.of-mine, json",
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
      },
    });
    expect({ ...handshake, headers: Object.keys(handshake.headers).toSorted() }).toEqual({
      status: 101,
      headers: ["connection", "date", "sec-websocket-accept", "upgrade"],
    });
  });

  test("is not accepted by another method", async () => {
    expect(await request(server.url, "POST", "/ws/a", upgradeHeaders)).toMatchObject({
      status: 405,
      headers: { allow: "GET, HEAD, OPTIONS" },
    });
  });
});

describe("there is no topic", () => {
  const paths = ["/ws/", "/ws//", "/ws//a", "/ws/a/", "/ws/a/b", "/ws/a/b?metadata=1", "/WS/a"];

  test.each(paths)("at %s", async (path) => {
    const plain = await request(server.url, "GET", path);
    const upgrading = await exchange(
      server.url,
      requestText(server.url, "GET", path, upgradeHeaders),
    );
    expect([plain.status, upgrading.status]).toEqual([404, 404]);
  });
});
