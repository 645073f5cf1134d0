// What the kernel keeps for the server of a client that sends faster than it is read.

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { encodeFrame, opcode } from "../../src/bench/frame.ts";
import { receiveBytes } from "../../src/observe/receive-buffer.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/talkers.ts";

/** Bytes that the server reads before it stands still: the kernel gives more room to a connection that is read fast. */
const readBytes = 16_777_216;

/** Linux counts its own records of what has arrived, too, and doubles what it is told (socket(7)). */
const asTold = 2;

/** Bytes that wait to be read by the server on this port, for each of its connections (proc_net_tcp(5)). */
function waitingAt(port: number): readonly number[] {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const established = "01";
  return readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, address, , state]) => address?.endsWith(local) && state === established)
    .map(([, , , , queues]) => Number.parseInt(queues?.split(":")[1] ?? "", 16));
}

const handshake = [
  "GET /signal HTTP/1.1",
  "Host: localhost",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/** To a room that nobody is in: it is read, and not answered. */
const publish = encodeFrame(
  opcode.text,
  Buffer.from(JSON.stringify({ type: "publish", topic: "nobody", data: "x".repeat(60_000) })),
);

/** Sends as fast as it is read, without end. */
async function pour({ hostname, port }: URL) {
  let sent = 0;
  let rest: Uint8Array = publish;
  const opened = Promise.withResolvers<void>();
  const write = (socket: Bun.Socket): void => {
    for (;;) {
      const taken = socket.write(rest);
      sent += Math.max(0, taken);
      if (taken < rest.length) {
        rest = rest.subarray(Math.max(0, taken));
        return;
      }
      rest = publish;
      if (sent > readBytes * 2) return;
    }
  };
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: { data: () => opened.resolve(), drain: write },
  });
  socket.write(`${handshake.join("\r\n")}\r\n\r\n`);
  await opened.promise;
  write(socket);
  return { sent: () => sent, [Symbol.dispose]: () => socket.terminate() };
}

// Otherwise megabytes wait there, which Bun reads and handles before it polls another socket.
test("is bounded for each connection", async () => {
  await using server = await ServerProcess.start([
    ...["--bytes-per-second", "0"],
    ...["--frames-per-second", "0"],
  ]);
  using client = await pour(server.url);
  await until(() => client.sent() > readBytes, "the server reads too little");
  process.kill(server.pid, "SIGSTOP");
  try {
    let [before, still] = [-1, 0];
    await until(() => {
      const waiting = Math.max(...waitingAt(Number(server.url.port)));
      still = waiting > 0 && waiting === before ? still + 1 : 0;
      before = waiting;
      return still > 20;
    }, "the kernel goes on taking more");
    expect(before).toBeWithin(1, receiveBytes * asTold + 1);
  } finally {
    process.kill(server.pid, "SIGCONT");
  }
}, 60_000);
