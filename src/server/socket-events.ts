// What Bun's sockets tell the server, and what becomes of it.

import type { ServerWebSocket, WebSocketHandler } from "bun";
import { closeReasons } from "../core/close.ts";
import { socketBufferBytes } from "../core/limits.ts";
import type { Node } from "../core/node.ts";
import { describeEnd, nameOfEnd } from "../observe/connection-end.ts";
import type { NodeCounts } from "../observe/counts.ts";
import type { Log } from "../observe/log.ts";
import type { Admission } from "./admission.ts";
import type { Connection } from "./connection.ts";
import type { socketBytesOf } from "./frame-bytes.ts";

type Socket = ServerWebSocket<Connection>;

interface SocketParts {
  readonly node: Node;
  readonly admission: Admission;
  readonly counts: NodeCounts;
  readonly log: Log;
}

export function socketEvents(
  parts: SocketParts,
  bytes: ReturnType<typeof socketBytesOf>,
): WebSocketHandler<Connection> {
  return {
    maxPayloadLength: bytes.read,
    backpressureLimit: socketBufferBytes(bytes.frame),
    // `Liveness` does the work of both.
    idleTimeout: 0,
    sendPings: false,
    open: (socket) => opened(parts, socket),
    message: (socket, message) => socket.data.message(message),
    drain: (socket) => socket.data.peer?.outbox.drained(),
    ping: (socket, payload) => socket.data.control(payload),
    pong: (socket, payload) => socket.data.control(payload),
    close: (socket, code, reason) => closed(parts, socket, code, reason),
    error: (error, socket) => {
      socket.data.context.fault(error, socket.data.number);
      socket.data.peer?.close(closeReasons.fault);
    },
  };
}

function opened({ node, admission, log }: SocketParts, socket: Socket): void {
  const { data } = socket;
  const { context, number } = data;
  log.debug({ protocol: context.protocol, connection: number }, "connection opened");
  admission.opened(data);
  data.open(node.connect(socket, context));
}

function closed(parts: SocketParts, { data }: Socket, code: number, reason: string): void {
  const { node, admission, counts, log } = parts;
  const { peer, context, number } = data;
  if (peer === undefined) return;
  node.disconnect(peer);
  admission.closed(data);
  data.closed(code);
  counts.of(context.protocol).disconnects.add(nameOfEnd(code, peer.ended));
  const end = describeEnd(code, reason, peer.ended);
  const level = end.by === "server" ? "info" : "debug";
  const fields = { protocol: context.protocol, connection: number, ...end };
  log[level](fields, "connection ended");
}
