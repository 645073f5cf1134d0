// The WebSocket under the protocol: sizes, encodings, and what becomes of a socket that breaks its rules.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { opcodes } from "../../support/raw-frame.ts";
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

  // Between the two, other protocols have words for it: see frame-limits.test.ts.
  test.each([1_048_577n, 2n ** 32n, 2n ** 53n, 2n ** 63n - 1n])(
    "as soon as a frame claims to have %d",
    async (claimed) => {
      const { socket } = await joinTopic(server.url, freshTopic());
      socket.sendFrame({ claimed });
      expect((await socket.closed).code).toBe(1009);
    },
  );
});

type Breach = readonly [string, number, (socket: RawSocket) => void];

/** One of a kind: all of them are in test/e2e/rfc6455. */
const breaches: readonly Breach[] = [
  ["text that is not UTF-8", 1007, (s) => s.sendFrame({ payload: Buffer.from("22ff22", "hex") })],
  ["bytes that are not UTF-8", 1007, (s) => s.sendBinary(Buffer.from("22ff22", "hex"))],
  ["a frame without a mask", 1002, (s) => s.sendFrame({ payload: "{}", masked: false })],
  ["a close with code 1005", 1002, (s) => s.close(1005)],
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
