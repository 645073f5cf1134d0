// A page of another origin in a real browser: what it may fetch, and how it may open a WebSocket.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { ServerProcess } from "../support/server-process.ts";
import { keyPair, secret, sign } from "../support/tokens.ts";
import { describePage } from "../support/visits.ts";

interface Fetched {
  readonly address: string;
  readonly headers: Record<string, string>;
}

interface Opened {
  readonly address: string;
  readonly protocols: string[];
}

/** Runs in the page. Headers of the page's own make the browser ask first, by a preflight. */
async function fetchAs({ address, headers }: Fetched) {
  const response = await fetch(address, { headers });
  return [response.status, await response.text(), response.headers.get("Retry-After")];
}

/** Runs in the page: what the socket agrees on, and the first message or how it was closed. */
async function open({ address, protocols }: Opened) {
  const socket = new WebSocket(address, protocols);
  return await new Promise<readonly [string, string]>((resolve) => {
    socket.onmessage = ({ data }) => resolve([socket.protocol, JSON.parse(data).type]);
    socket.onclose = ({ code, reason }) => resolve([socket.protocol, `${code} ${reason}`]);
  });
}

describePage("a page of another origin", {}, (site) => {
  let server: Awaited<ReturnType<typeof ServerProcess.start>>;

  beforeAll(async () => {
    server = await ServerProcess.start([], {
      JWT_SECRET: secret,
      AUTH: "required",
      AUTH_PROTOCOLS: "session",
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** A page that may reach other origins: those of the server's own may not, by their policy. */
  async function visit(): Promise<Page> {
    const { page } = await site.open("/healthz");
    return page;
  }

  const socketAt = (path: string): string => new URL(path, server.url).href.replace("http", "ws");

  test("may send headers of its own, as tracing does", async () => {
    const page = await visit();
    const headers = { "sentry-trace": "1-2-3", baggage: "a=b", "X-Request-Id": "1" };
    const address = new URL("/peerjs/id", server.url).href;
    expect(await page.evaluate(fetchAs, { address, headers })).toEqual([
      200,
      expect.stringMatching(/^[\da-f-]{36}$/),
      null,
    ]);
  });

  test("may send a token", async () => {
    const page = await visit();
    const headers = { Authorization: `Bearer ${await sign()}`, traceparent: "00-1-2-01" };
    const address = new URL("/webrtc/config", server.url).href;
    expect(await page.evaluate(fetchAs, { address, headers })).toEqual([
      200,
      expect.stringContaining("iceServers"),
      null,
    ]);
  });

  test("may read when to come back", async () => {
    const { privateKey } = keyPair("ES256");
    // Nothing listens there: whether the token is good cannot be told.
    await using other = await ServerProcess.start([], { JWKS_URL: "http://127.0.0.1:1/keys" });
    const page = await visit();
    const headers = {
      Authorization: `Bearer ${await sign({}, { key: privateKey, alg: "ES256", kid: "a" })}`,
    };
    const address = new URL("/webrtc/config", other.url).href;
    expect(await page.evaluate(fetchAs, { address, headers })).toEqual([
      503,
      expect.stringContaining("token keys unavailable"),
      "5",
    ]);
  });

  test("may offer subprotocols, of which the first is agreed on", async () => {
    const page = await visit();
    const address = socketAt("/ws/a");
    expect(await page.evaluate(open, { address, protocols: ["json"] })).toEqual([
      "json",
      "welcome",
    ]);
    expect(await page.evaluate(open, { address, protocols: ["v2.chat", "json"] })).toEqual([
      "v2.chat",
      "welcome",
    ]);
    expect(await page.evaluate(open, { address, protocols: [] })).toEqual(["", "welcome"]);
  });

  test("may bring a token behind the subprotocol bearer, in any case and among others", async () => {
    const page = await visit();
    const token = await sign();
    const openings: unknown[] = [];
    for (const protocols of [
      ["bearer", token],
      ["Bearer", token],
      ["bearer", token, "json"],
      ["json", "bearer", token],
      ["json"],
    ])
      openings.push(await page.evaluate(open, { address: socketAt("/ws"), protocols }));
    expect(openings).toEqual([
      ["bearer", "connected"],
      ["Bearer", "connected"],
      ["bearer", "connected"],
      ["bearer", "connected"],
      ["json", "1008 token missing"],
    ]);
  });
});
