// What Bun's sockets tell the server, and what becomes of it.

import type { ServerWebSocket, WebSocketHandler } from "bun";
import { closeReasons } from "../core/close.ts";
import { socketBufferBytes } from "../core/limits.ts";
import type { Node } from "../core/node.ts";
import { nameOfEnd } from "../observe/connection-end.ts";
import type { NodeCounts } from "../observe/counts.ts";
import type { Admission } from "./admission.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionLog } from "./connection-log.ts";
import type { socketBytesOf } from "./frame-bytes.ts";
import type { RequestTurns } from "./request-turns.ts";

type Socket = ServerWebSocket<Connection>;

interface SocketParts {
  readonly node: Node;
  readonly admission: Admission;
  readonly counts: NodeCounts;
  readonly connectionLog: ConnectionLog;
  readonly turns: RequestTurns;
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

function opened({ node, admission, connectionLog, turns }: SocketParts, socket: Socket): void {
  const { data } = socket;
  connectionLog.opened(data);
  admission.opened(data);
  data.open(node.connect(socket, data.context), turns.isTurn);
}

function closed(parts: SocketParts, { data }: Socket, code: number, reason: string): void {
  const { node, admission, counts, connectionLog } = parts;
  const { peer, context } = data;
  if (peer === undefined) return;
  node.disconnect(peer);
  admission.closed(data);
  const say = connectionLog.ending(data, code, reason);
  data.closed(code);
  counts.of(context.protocol).disconnects.add(nameOfEnd(code, peer.ended));
  say();
}
