// `signalbox doctor` at servers that are well, and at some that are not.

import { expect, test } from "bun:test";
import { createSocket } from "node:dgram";
import { Program, run } from "../../support/program.ts";
import { quietPort } from "../../support/quiet-port.ts";
import { secret, sign } from "../../support/tokens.ts";

/** What it says of each step, without times. */
async function examined(address: string, args: readonly string[] = ["--idle-seconds", "1"]) {
  const { code, stdout, stderr } = await run(["doctor", address, ...args]);
  const steps = stdout
    .trim()
    .split("\n")
    .map((line) => line.replace(/\d+ ms/, "n ms").replaceAll(/ {2,}/g, " "));
  return { code, stderr, steps };
}

const wrong = "signalbox: something is wrong: see above\n";

const at = ({ url }: Program & { readonly url: URL }, path: string): string =>
  new URL(path, url).href.replace("http", "ws");

/** Answers binding requests, as STUN servers do. */
function stunServer() {
  const socket = createSocket("udp4");
  socket.on("message", (request, { port, address }) => {
    const answer = Buffer.from(request);
    answer.writeUInt16BE(0x0101, 0);
    socket.send(answer, port, address);
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  socket.bind(0, "127.0.0.1", () => resolve(socket.address().port));
  return { port: promise, [Symbol.dispose]: () => void socket.close() };
}

test("a server that is well passes every step", async () => {
  await using server = await Program.serve();
  const { code, stderr, steps } = await examined(at(server, "/ws/hall"));
  expect([code, stderr, steps]).toEqual([
    0,
    "",
    [
      "skip name 127.0.0.1 is an address",
      `ok port ${server.url.port} takes connections (n ms)`,
      "skip TLS ws:// has none: pages over https cannot use this address",
      "ok upgrade it becomes a WebSocket (n ms)",
      "ok opening let in, and welcomed",
      "ok ping answered in n ms",
      "ok relay a message to oneself took n ms",
      "skip ICE needs --token",
      "ok idle still connected after 1 s",
    ],
  ]);
});

test("ws:// at a port that speaks TLS is said to be wrong", async () => {
  await using server = await Program.serve(["--tls-self-signed"]);
  const { code, steps } = await examined(`ws://${server.url.host}/ws/hall`);
  expect([code, steps.at(-1)]).toEqual([
    1,
    "fail upgrade this port speaks TLS, and closes what does not: the address must begin with wss://",
  ]);
});

test.each([
  ["", "closed with 1008 token missing: give one with --token"],
  ["x", "closed with 1008 token invalid: signalbox token --verify knows more"],
])("a token that is refused is told: %j", async (token, words) => {
  await using server = await Program.serve([], { env: { JWT_SECRET: secret, AUTH: "required" } });
  const args = token === "" ? [] : ["--token", token];
  const { code, stderr, steps } = await examined(at(server, "/ws/hall"), args);
  expect([code, stderr, steps.at(-1)]).toEqual([1, wrong, `fail opening ${words}`]);
});

test("what is wrong on the way is told, and ends it", async () => {
  await using server = await Program.serve(["--tls-self-signed"]);
  await using plain = await Program.serve();
  // A proxy that drops the headers of an upgrade, and one that does not reach its server.
  using dropping = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response("", { status: 426 }),
  });
  using failing = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response("", { status: 502 }),
  });
  const last = async (address: string) => {
    const { code, stderr, steps } = await examined(address);
    expect([code, stderr]).toEqual([1, wrong]);
    return steps.at(-1);
  };
  const closed = quietPort();
  expect([
    await last(`ws://127.0.0.1:${closed}/ws/a`),
    await last(`wss://127.0.0.1:${server.url.port}/ws/a`),
    await last(`wss://127.0.0.1:${plain.url.port}/ws/a`),
    await last(at(plain, "/nowhere")),
    await last(`ws://127.0.0.1:${dropping.port}/ws/a`),
    await last(`ws://127.0.0.1:${failing.port}/ws/a`),
    await last("ws://nowhere.invalid/ws/a"),
  ]).toEqual([
    `fail port nobody answers at port ${closed}: ECONNREFUSED; is the server running there, and does a firewall let it through?`,
    expect.stringMatching(/^fail TLS clients refuse its certificate: /),
    expect.stringMatching(/^fail TLS there is no TLS at this port: /),
    "fail upgrade HTTP status 404: no WebSocket is served at this path: check it, and what a proxy makes of it",
    "fail upgrade HTTP status 426: a proxy in between drops the headers Upgrade and Connection: it must pass them on, with HTTP/1.1",
    "fail upgrade HTTP status 502: a proxy in between does not reach the server",
    expect.stringMatching(/^fail name nowhere\.invalid has no address: /),
  ] as never);
});

// These two wait for most of their time.
test.concurrent("with a token it also asks the STUN servers that the server names", async () => {
  using stun = stunServer();
  const port = await stun.port;
  const env = {
    JWT_SECRET: secret,
    AUTH: "required",
    WEBRTC_STUN_URLS: `stun:127.0.0.1:${port},stun:127.0.0.1:${quietPort()}`,
  };
  await using server = await Program.serve([], { env });
  const args = ["--token", await sign(), "--idle-seconds", "0"];
  const { code, steps } = await examined(at(server, "/ws/hall"), args);
  expect([code, steps.slice(4)]).toEqual([
    1,
    [
      "ok opening let in, and welcomed",
      "ok ping answered in n ms",
      "ok relay a message to oneself took n ms",
      `ok STUN stun:127.0.0.1:${port} answers (n ms)`,
      expect.stringMatching(
        /^fail STUN stun:127\.0\.0\.1:\d+ does not answer: .*; is UDP let through\?$/,
      ),
      "skip idle --idle-seconds 0",
    ],
  ] as never);
});

test.concurrent("a connection that is cut while nothing is said is told", async () => {
  // As a proxy with a short time-out.
  using cutting = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response()),
    websocket: {
      message: () => undefined,
      // The second connection is the one that stays: the first only tried the upgrade.
      open: (socket) => void setTimeout(() => socket.terminate(), 4000),
    },
  });
  const address = `ws://127.0.0.1:${cutting.port}/signal`;
  const { code, steps } = await examined(address, ["--idle-seconds", "30"]);
  expect([code, steps.slice(4)]).toEqual([
    1,
    [
      "ok opening let in; the client speaks first here",
      "ok ping answered in n ms",
      "skip relay only tried with an address of topics: /ws/{topic}",
      "skip ICE needs --token",
      expect.stringMatching(
        /^fail idle cut after \d s: a proxy in between has a shorter time-out for idle connections; raise it, or lower --ping-seconds$/,
      ),
    ],
  ] as never);
});

test.each([[[]], [["https://signal.example"]], [["signal.example"]], [["ws://a", "ws://b"]]])(
  "an address is needed, and one: %j",
  async (words) => {
    const { code, stdout, stderr } = await run(["doctor", ...words]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toStartWith("signalbox: doctor needs one address, like wss://");
  },
);
