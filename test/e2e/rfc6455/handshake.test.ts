// The bytes of the opening handshake, RFC 6455, section 4: in how many segments they come, what stands in their head
// beside the headers of an upgrade, and what comes right behind them. What each of those headers must be is held by
// test/e2e/wire.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { encodeFrame, opcodes } from "../../support/raw-frame.ts";
import { exchange, request } from "../../support/raw-http.ts";
import { RawSocket, upgradeText } from "../../support/raw-socket.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { hello, helloEcho, maxFrameBytes, maxReadBytes, shown } from "./case.ts";
import { Fence } from "./play.ts";

let server: Awaited<ReturnType<typeof ServerProcess.start>>;
let fence: Fence;

beforeAll(async () => {
  // The fence sends more pings than one connection may.
  server = await ServerProcess.start(["--frames-per-second", "0"], {
    MAX_FRAME_BYTES: `${maxFrameBytes}`,
  });
  fence = await Fence.raise(server.url);
});

afterAll(() => server[Symbol.asyncDispose]());

/** Waits for the 101 and the greeting, and says hello. @returns the answer */
async function converse(socket: RawSocket): Promise<string> {
  await socket.opened;
  await socket.next();
  socket.sendFrame(hello);
  const answer = shown(await socket.next());
  socket.close(1000);
  await socket.gone;
  return answer;
}

/** A request that is written in pieces, each of which the server has read before the next comes. */
async function inPieces(pieces: readonly string[]): Promise<string> {
  const socket = RawSocket.connect(server.url);
  for (const piece of pieces) {
    socket.sendBytes(piece);
    await fence.pass();
  }
  return await converse(socket);
}

describe("a handshake in pieces is one", () => {
  test("of two pieces, wherever it is cut", async () => {
    const whole = upgradeText(server.url, "/ws");
    const cuts = Array.from({ length: whole.length - 1 }, (_, index) => index + 1);
    const answers = cuts.map((at) => inPieces([whole.slice(0, at), whole.slice(at)]));
    expect(await Promise.all(answers)).toEqual(cuts.map(() => helloEcho));
  });

  test("of a piece for each byte", async () => {
    expect(await inPieces(upgradeText(server.url, "/ws").split(""))).toBe(helloEcho);
  });

  test("of a piece for each line", async () => {
    expect(await inPieces(upgradeText(server.url, "/ws").split(/(?<=\n)/))).toBe(helloEcho);
  });
});

describe("what comes with a handshake in one segment is read", () => {
  /**
   * A connection that is upgraded, or was refused several times: the runtime answers 400 if something comes behind a
   * request that waits for its turn, which it does on a busy machine.
   */
  async function open(...frames: readonly Buffer[]): Promise<RawSocket> {
    for (let tries = 1; ; tries++) {
      const socket = RawSocket.connect(server.url);
      socket.sendBytes(Buffer.concat([Buffer.from(upgradeText(server.url, "/ws")), ...frames]));
      const isOpen = await socket.opened.then(
        () => true,
        () => false,
      );
      if (isOpen || tries === 5) return socket;
    }
  }

  test("though a client should wait for the answer", async () => {
    const socket = await open(encodeFrame(hello), encodeFrame(hello));
    const texts = [await socket.next(), await socket.next(), await socket.next()];
    expect(texts.slice(1).map(shown)).toEqual([helloEcho, helloEcho]);
    socket.close();
    await socket.gone;
  });

  test("a ping is answered", async () => {
    const socket = await open(encodeFrame({ opcode: opcodes.ping, payload: "early" }));
    const frames = [await socket.nextFrame(), await socket.nextFrame()];
    expect(frames.map(({ opcode }) => opcode).toSorted()).toEqual([opcodes.text, opcodes.pong]);
    socket.close();
    await socket.gone;
  });

  test.each([
    ["a frame that is cut off", encodeFrame(hello).subarray(0, 7), encodeFrame(hello).subarray(7)],
    ["a byte", encodeFrame(hello).subarray(0, 1), encodeFrame(hello).subarray(1)],
  ])("%s goes on", async (_what, part, rest) => {
    const socket = await open(part);
    await socket.next();
    socket.sendBytes(rest);
    expect(shown(await socket.next())).toBe(helloEcho);
    socket.close();
    await socket.gone;
  });

  test.each([
    ["a frame without a mask", encodeFrame({ ...hello, masked: false }), 1002],
    ["a reserved opcode", encodeFrame({ opcode: 3 }), 1002],
    ["a second handshake", Buffer.from("GET /ws HTTP/1.1\r\n\r\n"), 1002],
    ["a frame that is too long", encodeFrame({ claimed: BigInt(maxReadBytes + 1) }), 1009],
    ["a text that is not UTF-8", encodeFrame({ payload: Uint8Array.of(255) }), 1007],
  ])("%s ends the connection", async (_what, bytes, code) => {
    const socket = await open(bytes);
    expect((await socket.closed).code).toBe(code);
    await socket.gone;
  });
});

describe("the answer agrees to no extension", () => {
  test.each([
    ["permessage-deflate"],
    ["permessage-deflate; client_max_window_bits"],
    [
      "permessage-deflate; server_no_context_takeover; client_max_window_bits=15, x-webkit-deflate-frame",
    ],
    ["bbf-usp-protocol, permessage-bzip2"],
    ['foo; bar="baz, permessage-deflate"'],
    [";;,,="],
  ])("to the extensions %s", async (offered) => {
    const socket = await RawSocket.open(server.url, "/ws", {
      headers: { "Sec-WebSocket-Extensions": offered },
    });
    expect(socket.handshake.headers["sec-websocket-extensions"]).toBeUndefined();
    expect(await converse(socket)).toBe(helloEcho);
  });
});

// A browser that offers some closes the socket if the answer names none of them.
test.each([
  ["chat", "chat"],
  ["chat, superchat", "chat"],
  ["permessage-deflate", "permessage-deflate"],
  ["a,,b", "a"],
  ["(), b", "b"],
  ["\u00e9", undefined],
])("of the subprotocols %s the answer names %s", async (offered, named) => {
  const headers = { "Sec-WebSocket-Protocol": offered };
  const socket = await RawSocket.open(server.url, "/ws", { headers });
  expect(socket.handshake.headers["sec-websocket-protocol"]).toBe(named);
  expect(await converse(socket)).toBe(helloEcho);
});

/** The lines of a request for a WebSocket. */
const lines = (): readonly string[] => upgradeText(server.url, "/ws").split("\r\n").slice(1, -2);

type Head = (lines: readonly string[]) => string;

const written = (lines: readonly string[], first = "GET /ws HTTP/1.1"): string =>
  [first, ...lines, "", ""].join("\r\n");

describe("a head is a handshake", () => {
  const heads: readonly (readonly [string, Head])[] = [
    [
      "with names in capitals",
      (all) => written(all.map((line) => line.replace(/^[^:]+/, (name) => name.toUpperCase()))),
    ],
    [
      "with names in small letters",
      (all) => written(all.map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()))),
    ],
    ["without spaces behind colons", (all) => written(all.map((line) => line.replace(": ", ":")))],
    [
      "with spaces and tabs around values",
      (all) => written(all.map((line) => `${line.replace(": ", ":\t  ")} \t`)),
    ],
    ["in another order", (all) => written(all.toReversed())],
    [
      "with 100 headers more",
      (all) => written([...all, ...Array.from({ length: 100 }, (_, n) => `X-${n}: ${n}`)]),
    ],
    ["with a header of 8 KB", (all) => written([...all, `X: ${"x".repeat(8192)}`])],
    ["with an empty header", (all) => written([...all, "X:"])],
    ["with bytes above ASCII in a header", (all) => written([...all, "X: \u00fc\u00ff"])],
    ["with a whole address", (all) => written(all, `GET http://${server.url.host}/ws HTTP/1.1`)],
    ["that says it has no body", (all) => written([...all, "Content-Length: 0"])],
  ];

  test.each(heads)("%s", async (_how, head) => {
    expect(await inPieces([head(lines())])).toBe(helloEcho);
  });
});

describe("a head is none, and its sender is told so by HTTP", () => {
  const heads: readonly (readonly [string, number, Head])[] = [
    ["without a Host", 400, (all) => written(all.filter((line) => !line.startsWith("Host")))],
    ["with two Hosts", 400, (all) => written([...all, "Host: example.org"])],
    ["of HTTP/1.2", 505, (all) => written(all, "GET /ws HTTP/1.2")],
    ["of HTTP/2.0", 505, (all) => written(all, "GET /ws HTTP/2.0")],
    ["of no version", 505, (all) => written(all, "GET /ws HTTP/")],
    ["with lines that end in a line feed alone", 505, (all) => written(all).replaceAll("\r", "")],
    [
      "with a space before a colon",
      400,
      (all) => written(all.map((line) => line.replace(":", " :"))),
    ],
    [
      "with a value on a line of its own",
      400,
      (all) => written(all.map((line) => line.replace("Connection: ", "Connection:\r\n "))),
    ],
    ["with a line that is no header", 400, (all) => written([...all, "no header"])],
    ["with a name that is empty", 400, (all) => written([...all, ": x"])],
    ["with a zero in a header", 400, (all) => written([...all, "X: a\0b"])],
    ["with a carriage return in a header", 400, (all) => written([...all, "X: a\rb"])],
    ["with a header of 20 KB", 431, (all) => written([...all, `X: ${"x".repeat(20_000)}`])],
    [
      "with 300 headers more",
      431,
      (all) => written([...all, ...Array.from({ length: 300 }, (_, n) => `X-${n}: ${n}`)]),
    ],
    [
      "with an address of WebSockets",
      400,
      (all) => written(all, `GET ws://${server.url.host}/ws HTTP/1.1`),
    ],
    ["that asks for nothing at all", 400, (all) => written(all, "GET * HTTP/1.1")],
    [
      "of an address of 20 KB",
      431,
      (all) => written(all, `GET /ws/${"x".repeat(20_000)} HTTP/1.1`),
    ],
  ];

  test.each(heads)("%s, with %i", async (_how, status, head) => {
    expect(await exchange(server.url, Buffer.from(head(lines()), "latin1"))).toMatchObject({
      status,
    });
  });
});

test("an answer arrives though the client's close came in the same segment", async () => {
  const socket = await RawSocket.open(server.url, "/ws");
  await socket.next();
  const close = encodeFrame({ opcode: opcodes.close });
  socket.sendBytes(Buffer.concat([encodeFrame(hello), close]));
  expect((await socket.rest()).map(shown)).toEqual([helloEcho]);
});

describe("a handshake with a body is refused: what is late of it would be taken for frames", () => {
  const bodies = [{ "Content-Length": "5" }, { "Transfer-Encoding": "chunked" }];
  test.each(bodies)("%o", async (body) => {
    const answer = await exchange(server.url, upgradeText(server.url, "/ws", body));
    expect(answer).toMatchObject({ status: 400, body: "a handshake has no body\n" });
  });
});

test("by HTTP/1.0 a handshake is accepted, as Bun 1.4.4 does not show the version of a request", async () => {
  const { status } = await exchange(server.url, written(lines(), "GET /ws HTTP/1.0"));
  expect(status).toBe(101);
});

test("nothing of that was a fault of the server", async () => {
  expect(await request(server.url, "GET", "/ws", upgradeHeaders)).toMatchObject({ status: 101 });
  expect(server.log.filter(({ msg }) => msg.includes("fault"))).toEqual([]);
});
