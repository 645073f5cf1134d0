// Who is let in: addresses behind a proxy, origins, rates of all clients, memory, and what the answers say.

import { describe, expect, test } from "bun:test";
import { request } from "../../support/raw-http.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { secret } from "../../support/tokens.ts";

/** Requests come from loopback, which is trusted, so that the header says who asks. */
const from = (address: string) => ({ "X-Forwarded-For": address });

const upgrade = (server: { readonly url: URL }, headers: Record<string, string>) =>
  request(server.url, "GET", "/ws/admission", { ...upgradeHeaders, ...headers });

describe("an address", () => {
  test("has as many connections as the limit allows, and one more once one is closed", async () => {
    await using server = await ServerProcess.start(["--connections-per-address", "2"]);
    const open = (address: string) =>
      RawSocket.open(server.url, "/ws/admission", { headers: from(address) });
    const [first] = [await open("192.0.2.1"), await open("192.0.2.1")];
    const refused = await upgrade(server, from("192.0.2.1"));
    expect(refused).toMatchObject({
      status: 429,
      headers: { "retry-after": "5" },
      body: "too many connections from this address; try again later\n",
    });
    await server.logged(
      ({ msg, refusal }) => msg === "upgrade refused" && refusal === "address-connections",
    );
    const other = await open("192.0.2.2");
    first.close(1000);
    await first.gone;
    await server.logged(({ msg }) => msg === "connection ended");
    const again = await open("192.0.2.1");
    // Who comes from the trusted network itself is not counted.
    const inside = await Promise.all(
      Array.from({ length: 5 }, () => RawSocket.open(server.url, "/ws/admission")),
    );
    for (const socket of [other, again, ...inside])
      expect(await socket.nextJson()).toMatchObject({ type: "welcome" });
    expect(JSON.stringify(server.log)).not.toContain("192.0.2");
  });

  test("asks at its rate, for pages too, and is told when it may again", async () => {
    await using server = await ServerProcess.start(["--connects-per-second-per-address", "1"]);
    const statuses = [];
    for (let count = 0; count < 30; count++)
      statuses.push((await request(server.url, "GET", "/healthz", from("192.0.2.1"))).status);
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(200));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(5);
    expect(await request(server.url, "GET", "/healthz", from("192.0.2.2"))).toMatchObject({
      status: 200,
    });
    expect(await request(server.url, "GET", "/healthz")).toMatchObject({ status: 200 });
  });

  test("waits longer for each wrong token, and others do not", async () => {
    await using server = await ServerProcess.start([], { JWT_SECRET: secret });
    const ask = async (address: string): Promise<number> => {
      const start = performance.now();
      const socket = await RawSocket.open(server.url, "/webrtc/ws/a?token=x.y.z", {
        headers: from(address),
      });
      expect(await socket.closed).toEqual({ code: 1008, reason: "token invalid" });
      return performance.now() - start;
    };
    for (let count = 0; count < 7; count++) await ask("192.0.2.1");
    expect(await ask("192.0.2.1")).toBeGreaterThanOrEqual(400);
    // One of several, as a busy machine may be slow once.
    const others: number[] = [];
    for (const address of ["192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"])
      others.push(await ask(address));
    expect(Math.min(...others)).toBeLessThan(400);
  });
});

test("behind a proxy that is not trusted, what it says of its clients is not believed", async () => {
  await using server = await ServerProcess.start([
    "--trusted-proxies",
    "192.0.2.0/24",
    "--connections-per-address",
    "1",
  ]);
  const first = await RawSocket.open(server.url, "/ws/a", { headers: from("198.51.100.1") });
  expect(await first.nextJson()).toMatchObject({ type: "welcome" });
  expect(await upgrade(server, from("198.51.100.2"))).toMatchObject({ status: 429 });
});

describe("pages", () => {
  test("of origins that are not allowed get 403 and no CORS, and others credentials", async () => {
    await using server = await ServerProcess.start([
      "--allowed-origins",
      "https://app.example.org,https://*.example.net",
    ]);
    for (const path of ["/ws/a", "/healthz", "/"]) {
      const { status, headers } = await request(server.url, "GET", path, {
        ...(path === "/ws/a" && upgradeHeaders),
        Origin: "https://evil.org",
      });
      expect([status, headers["access-control-allow-origin"]]).toEqual([403, undefined]);
    }
    for (const Origin of ["https://app.example.org", "https://a.b.example.net"])
      expect(await request(server.url, "GET", "/healthz", { Origin })).toMatchObject({
        status: 200,
        headers: {
          "access-control-allow-origin": Origin,
          "access-control-allow-credentials": "true",
        },
      });
    const own = `http://${server.url.host}`;
    const page = await RawSocket.open(server.url, "/ws/a", {
      headers: { Origin: own, Host: server.url.host },
    });
    expect(await page.nextJson()).toMatchObject({ type: "welcome" });
    expect(await request(server.url, "GET", "/healthz")).toMatchObject({ status: 200 });
  });

  test("without an origin of their own are refused unless null is named", async () => {
    await using server = await ServerProcess.start();
    expect(await upgrade(server, { Origin: "null" })).toMatchObject({ status: 403 });
    await using open = await ServerProcess.start(["--allowed-origins", "*,null"]);
    const socket = await RawSocket.open(open.url, "/ws/a", { headers: { Origin: "null" } });
    expect(await socket.nextJson()).toMatchObject({ type: "welcome" });
  });
});

test("all clients together connect at a rate, and are told to come back", async () => {
  await using server = await ServerProcess.start(["--connects-per-second", "1"]);
  const sockets = await Promise.all(
    Array.from({ length: 20 }, () => RawSocket.open(server.url, "/ws/a")),
  );
  expect(await upgrade(server, {})).toMatchObject({
    status: 503,
    headers: { "retry-after": "5" },
    body: "too many clients connect at once\n",
  });
  for (const socket of sockets) socket.destroy();
});

test("a server whose memory is over its limit lets nobody in, keeps who is there, and says so once", async () => {
  await using server = await ServerProcess.start(["--memory-limit", "32"]);
  await server.logged(
    ({ msg }) => msg === "memory is over --memory-limit: new clients are refused",
  );
  expect(await upgrade(server, {})).toMatchObject({
    status: 503,
    body: "this server has no memory left\n",
  });
  expect(await request(server.url, "GET", "/healthz")).toMatchObject({ status: 200 });
});

test("a request with two Host headers is refused", async () => {
  await using server = await ServerProcess.start();
  const { exchange } = await import("../../support/raw-http.ts");
  expect(
    await exchange(
      server.url,
      "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
    ),
  ).toMatchObject({ status: 400 });
});
