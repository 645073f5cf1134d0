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
  ["a path of two slashes", "GET", "//healthz", {}, 200],
  ["a bad upgrade", "GET", "/ws/a", { ...upgradeHeaders, "Sec-WebSocket-Key": "?" }, 400],
  ["a topic without an upgrade", "GET", "/ws/a", {}, 426],
  ["a topic that is named as an address of PeerJS", "GET", "/ws/id", {}, 426],
  ["another one", "GET", "/ws/peers", {}, 426],
  ["a topic that is not UTF-8", "GET", "/ws/%ff", upgradeHeaders, 400],
  ["metadata that is not JSON", "GET", "/ws/a?metadata=%7B", upgradeHeaders, 400],
  ["a method of another kind", "POST", "/healthz", {}, 405],
  ["a preflight", "OPTIONS", "/ws/a", {}, 200],
];

describe.each(answers)("the answer to %s", (_what, method, path, headers, status) => {
  test("allows the origin that asks, without credentials", async () => {
    const origin = "https://example.org:8443";
    const answer = await request(server.url, method, path, { ...headers, Origin: origin });
    expect(answer).toMatchObject({ status, headers: corsHeaders(origin) });
    expect(answer.headers).not.toHaveProperty("access-control-allow-credentials");
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
    "Access-Control-Request-Headers": "baggage,sentry-trace,x-request-id",
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

  test.each(paths)("on %s allows a preflight the headers that it asks for", async (path) => {
    expect(await request(server.url, "OPTIONS", path, preflight)).toMatchObject({
      status: 200,
      headers: {
        ...corsHeaders(preflight.Origin),
        "access-control-allow-headers": "baggage, sentry-trace, x-request-id",
        "access-control-max-age": "7200",
      },
    });
  });
});

describe("an upgrade", () => {
  const agreed = async (headers: RequestHeaders) => {
    const { handshake } = await RawSocket.open(server.url, "/ws/offers", { headers });
    return handshake.headers;
  };

  test("agrees on the first subprotocol that is offered, and on no extension", async () => {
    const headers = await agreed({
      "Sec-WebSocket-Protocol": "json, text",
      "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    });
    expect([Object.keys(headers).toSorted(), headers["sec-websocket-protocol"]]).toEqual([
      ["connection", "date", "sec-websocket-accept", "sec-websocket-protocol", "upgrade"],
      "json",
    ]);
  });

  const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln";

  test.each([
    ["bearer, token", "bearer"],
    [`json, Bearer, ${jwt}`, "Bearer"],
    [`${jwt}, json`, "json"],
    [jwt, undefined],
    ["", undefined],
  ])("never shows a token as the subprotocol: of %s, %s", async (offers, accepted) => {
    const headers = await agreed({ "Sec-WebSocket-Protocol": offers });
    expect(headers["sec-websocket-protocol"]).toBe(accepted);
  });

  test("is not accepted by another method", async () => {
    expect(await request(server.url, "POST", "/ws/a", upgradeHeaders)).toMatchObject({
      status: 405,
      headers: { allow: "GET, HEAD, OPTIONS" },
    });
  });
});

describe("there is no topic", () => {
  const paths = ["/ws/", "/ws//", "/ws/a/", "/ws//a/", "/ws/a/b", "/ws/a/b?metadata=1", "/WS/a"];

  test.each(paths)("at %s", async (path) => {
    const plain = await request(server.url, "GET", path);
    const upgrading = await exchange(
      server.url,
      requestText(server.url, "GET", path, upgradeHeaders),
    );
    expect([plain.status, upgrading.status]).toEqual([404, 404]);
  });
});

describe("doubled slashes are one:", () => {
  // The Go server sends its clients on to /ws/a.
  test.each(["/ws//a", "//ws/a", "//ws//a?metadata=1"])("%s is a topic", async (path) => {
    const plain = await request(server.url, "GET", path);
    const upgrading = await request(server.url, "GET", path, upgradeHeaders);
    expect([plain.status, upgrading.status]).toEqual([426, 101]);
  });

  test("and change no topic's name", async () => {
    const paths = ["/ws//slashes%2Fa", "/ws/slashes%2Fa", "/ws/slashes%2F", "/ws/slashes%2FA"];
    const lists = [];
    for (const path of paths) {
      const socket = await RawSocket.open(server.url, path);
      await socket.next();
      lists.push(await socket.nextJson());
    }
    expect(lists).toMatchObject([
      { peers: [] },
      { peers: [{ id: expect.any(String) }] },
      { peers: [] },
      { peers: [] },
    ]);
  });
});
