// The WebSocket under the protocol: sizes, encodings, broken framing, pings and the closing handshake.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closePayload, opcodes } from "../../support/raw-frame.ts";
import type { RawSocket } from "../../support/raw-socket.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { freshTopic, heard, type Joined, joinTopic, joinTwo } from "../../support/topic-client.ts";

const maxFrameBytes = 65_536;

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start();
});

afterAll(() => server[Symbol.asyncDispose]());

/** An offer of so many bytes, and its payload. @param filler what it is filled up with */
function offer(to: Joined, bytes: number, filler = "x"): readonly [string, string] {
  const [head, tail] = [`{"type":"offer","to":"${to.id}","payload":"`, '"}'];
  const room = bytes - head.length - tail.length;
  const size = Buffer.byteLength(filler);
  const payload = filler.repeat(Math.floor(room / size)) + "x".repeat(room % size);
  return [head + payload + tail, `"${payload}"`];
}

/** Sends a message in two frames. */
function sendHalves(socket: RawSocket, text: string): void {
  const bytes = Buffer.from(text);
  const half = Math.floor(bytes.length / 2);
  socket.sendFrame({ payload: bytes.subarray(0, half), fin: false });
  socket.sendFrame({ payload: bytes.subarray(half), opcode: opcodes.continuation });
}

const ways: readonly (readonly [string, string, (socket: RawSocket, text: string) => void])[] = [
  ["of text", "x", (socket, text) => socket.send(text)],
  ["of text in other scripts", "話", (socket, text) => socket.send(text)],
  ["of bytes", "é", (socket, text) => socket.sendBinary(text)],
  ["in two frames", "x", sendHalves],
];

describe("a message of exactly 65,536 bytes passes", () => {
  test.each(ways)("%s", async (_what, filler, send) => {
    const [to, from] = await joinTwo(server.url, freshTopic());
    const [text, payload] = offer(to, maxFrameBytes, filler);
    expect(Buffer.byteLength(text)).toBe(maxFrameBytes);
    send(from.socket, text);
    expect(await to.socket.next()).toBe(
      `{"type":"offer","from":"${from.id}","payload":${payload}}`,
    );
  });
});

describe("a message of 65,537 bytes closes its socket with 1009", () => {
  test.each(ways)("%s", async (_what, filler, send) => {
    const [to, from] = await joinTwo(server.url, freshTopic());
    send(from.socket, offer(to, maxFrameBytes + 1, filler)[0]);
    expect((await from.socket.closed).code).toBe(1009);
    expect(await to.socket.next()).toBe(`{"type":"peer-left","peerId":"${from.id}"}`);
  });

  test.each([65_537n, 2n ** 32n, 2n ** 53n, 2n ** 63n - 1n])(
    "as soon as a frame claims %d of them",
    async (claimed) => {
      const { socket } = await joinTopic(server.url, freshTopic());
      socket.sendFrame({ claimed });
      expect((await socket.closed).code).toBe(1009);
    },
  );
});

type Breach = readonly [string, number, (socket: RawSocket) => void];

const continuation = opcodes.continuation;
const breaches: readonly Breach[] = [
  [
    "text that is not UTF-8",
    1007,
    (s) => s.sendFrame({ payload: Buffer.from('{"a":"\xff"}', "latin1") }),
  ],
  [
    "text with half a surrogate pair",
    1007,
    (s) => s.sendFrame({ payload: Buffer.from("22eda08022", "hex") }),
  ],
  [
    "text that ends within a character",
    1007,
    (s) => s.sendFrame({ payload: Buffer.from("22c3", "hex") }),
  ],
  ["bytes that are not UTF-8", 1007, (s) => s.sendBinary(Buffer.from('{"a":"\xff"}', "latin1"))],
  [
    "bytes with a character written too long",
    1007,
    (s) => s.sendBinary(Buffer.from("22c0af22", "hex")),
  ],
  ["a frame without a mask", 1002, (s) => s.sendFrame({ payload: "{}", masked: false })],
  ["a ping without a mask", 1002, (s) => s.sendFrame({ opcode: opcodes.ping, masked: false })],
  ["a frame of opcode 3", 1002, (s) => s.sendFrame({ opcode: 3, payload: "{}" })],
  ["a frame of opcode 7", 1002, (s) => s.sendFrame({ opcode: 7 })],
  ["a frame of opcode 11", 1002, (s) => s.sendFrame({ opcode: 11 })],
  ["a frame of opcode 15", 1002, (s) => s.sendFrame({ opcode: 15 })],
  ["a compressed frame", 1002, (s) => s.sendFrame({ payload: "{}", reserved: 4 })],
  [
    "a frame with the second reserved bit",
    1002,
    (s) => s.sendFrame({ payload: "{}", reserved: 2 }),
  ],
  ["a frame with the third reserved bit", 1002, (s) => s.sendFrame({ payload: "{}", reserved: 1 })],
  ["a continuation of nothing", 1002, (s) => s.sendFrame({ opcode: continuation, payload: "{}" })],
  ["a ping in fragments", 1002, (s) => s.sendFrame({ opcode: opcodes.ping, fin: false })],
  [
    "a ping of 126 bytes",
    1002,
    (s) => s.sendFrame({ opcode: opcodes.ping, payload: "x".repeat(126) }),
  ],
  ["a close of one byte", 1002, (s) => s.sendFrame({ opcode: opcodes.close, payload: "x" })],
  ["a close with code 999", 1002, (s) => s.close(999)],
  ["a close with code 1005", 1002, (s) => s.close(1005)],
  ["a close with code 1006", 1002, (s) => s.close(1006)],
  ["a close with code 5000", 1002, (s) => s.close(5000)],
  [
    "a message within a message",
    1002,
    (s) => {
      s.sendFrame({ payload: '{"a":', fin: false });
      s.sendFrame({ payload: "{}" });
    },
  ],
];

describe("a socket, and no other, is closed for", () => {
  test.each(breaches)("%s, with %d", async (_what, code, breach) => {
    const [stays, breaks] = await joinTwo(server.url, freshTopic());
    breach(breaks.socket);
    expect((await breaks.socket.closed).code).toBe(code);
    expect(await stays.socket.next()).toBe(`{"type":"peer-left","peerId":"${breaks.id}"}`);
    expect(await heard(stays.socket)).toEqual([]);
  });
});

describe("a ping is answered with a pong of the same bytes", () => {
  test.each(["", "x", "тема 🚦", "x".repeat(125)])("%j", async (payload) => {
    const { socket } = await joinTopic(server.url, freshTopic());
    socket.sendFrame({ opcode: opcodes.ping, payload });
    const pong = await socket.nextFrame();
    expect([pong.opcode, pong.payload.toString()]).toEqual([opcodes.pong, payload]);
  });

  test("within a message in fragments", async () => {
    const { socket } = await joinTopic(server.url, freshTopic());
    socket.sendFrame({ payload: '{"msgId":', fin: false });
    socket.sendFrame({ opcode: opcodes.ping, payload: "?" });
    socket.sendFrame({ payload: '"1"}', opcode: continuation });
    const pong = await socket.nextFrame();
    expect([pong.opcode, pong.payload.toString(), await socket.nextJson()]).toEqual([
      opcodes.pong,
      "?",
      { type: "error", code: "invalid_type", message: "unknown message type", msgId: "1" },
    ]);
  });

  test("and a pong that nobody asked for is passed over", async () => {
    const { socket } = await joinTopic(server.url, freshTopic());
    socket.sendFrame({ opcode: opcodes.pong, payload: "!" });
    expect(await heard(socket)).toEqual([]);
  });
});

describe("a close is answered with its own code and reason, and ends the connection", () => {
  const closes: readonly (readonly [number, string])[] = [
    [1000, ""],
    [1000, "bye"],
    [1001, "going away"],
    [3000, "тема 🚦"],
    [4999, "x".repeat(123)],
  ];

  test.each(closes)("%d %j", async (code, reason) => {
    const { socket } = await joinTopic(server.url, freshTopic());
    socket.sendFrame({ opcode: opcodes.close, payload: closePayload(code, reason) });
    expect(await socket.closed).toEqual({ code, reason });
    await socket.gone;
  });

  test("and without a code where it has none", async () => {
    const { socket } = await joinTopic(server.url, freshTopic());
    socket.close();
    expect(await socket.closed).toEqual({ code: 1005, reason: "" });
    await socket.gone;
  });
});
