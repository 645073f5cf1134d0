// What no client sends: random bytes, requests and handshakes that are wrong, frames that break RFC 6455, messages that
// are none, and tokens that nobody has signed.

import type { Attack } from "../attack.ts";
import { textFrame } from "../frames.ts";
import { times } from "../ground.ts";
import type { Dial } from "../line.ts";

/** Milliseconds that a connection waits for its end. */
const stayMs = 50;

const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));

const requests: readonly string[] = [
  "GET / HTTP/1.1\r\n\r\n",
  "GET /ws/x HTTP/1.0\r\nUpgrade: websocket\r\n\r\n",
  "GET /ws/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  "GET /ws/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
    "Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 1\r\n\r\n",
  "POST /ws/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nbody",
  "POST /ws/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  "BREW /%00%ff%zz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
  `GET /${"a".repeat(60_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  `GET / HTTP/1.1\r\n${"X-Pad: a\r\n".repeat(5000)}\r\n`,
];

/** Reserved bits, an unmasked frame, a reserved opcode, a long ping, a split ping, and a length of 2⁶³ - 1. */
const brokenFrames: readonly (readonly number[])[] = [
  [0xf1, 0x80, 0, 0, 0, 0],
  [0x81, 0x02, 0x7b, 0x7d],
  [0x83, 0x80, 0, 0, 0, 0],
  [0x89, 0xfe, 0x10, 0x00, 0, 0, 0, 0],
  [0x09, 0x80, 0, 0, 0, 0],
  [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
  [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28],
];

const messages: readonly string[] = [
  "not JSON",
  '{"type":1}',
  '{"type":"offer","to":{"deep":[]},"payload":}',
  "[".repeat(60_000),
  `{"a":`.repeat(10_000),
  `{"type":"offer","to":"${"\\u0000".repeat(10_000)}"}`,
];

const socketPaths: readonly string[] = [
  "/ws/garbage",
  "/ws",
  "/signal",
  "/peerjs?key=peerjs&id=garbage&token=t",
];

const tokenPaths = ["/webrtc/ws/room", "/ws/topic"];

/** Signed with nothing that anybody knows. */
function wrongToken(): string {
  const claims = { sub: "somebody", exp: Math.floor(Date.now() / 1000) + 3600 };
  const parts = [{ alg: "HS256", typ: "JWT" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return [...parts, Buffer.from(randomBytes(32)).toString("base64url")].join(".");
}

const plain = (bytes: Uint8Array): Dial => ({
  path: "",
  kind: "plain",
  opened: (line) => line.send(bytes),
});

const socket = (path: string, bytes: Uint8Array): Dial => ({
  path,
  opened: (line) => line.send(bytes),
});

/** Every kind of garbage in turn, with other random bytes each time. */
function garbageOf(turn: number): Dial {
  const pick = <Item>(items: readonly Item[], otherwise: Item): Item =>
    items[Math.floor(turn / kinds.length) % items.length] ?? otherwise;
  const kinds: readonly (() => Dial)[] = [
    () => plain(randomBytes(4096)),
    () => plain(Buffer.from(pick(requests, ""))),
    () => socket(pick(socketPaths, ""), randomBytes(4096)),
    () => socket(pick(socketPaths, ""), Uint8Array.from(pick(brokenFrames, []))),
    () => socket(pick(socketPaths, ""), textFrame(pick(messages, ""))),
    () => ({ path: `${pick(tokenPaths, "")}?token=${wrongToken()}` }),
  ];
  return kinds[turn % kinds.length]?.() ?? plain(randomBytes(1));
}

export const garbage: Attack = {
  about: "loops of random bytes, wrong requests, frames, messages and tokens",
  connections: [32],
  start(ground) {
    let turn = 0;
    times(ground.connections, () => ground.keep(() => garbageOf(turn++), { stayMs }));
  },
};
