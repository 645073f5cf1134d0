// The barest relay that Bun allows, to compare a real server with. It parses nothing, a peer's partner is fixed,
// and frames are forwarded as they came. Like the real server it gathers frames until the end of the tick, and
// corks them if there are several: what differs is the work of signaling. It speaks just enough of the topic
// protocol for the same client to drive it.

import type { ServerWebSocket } from "bun";
import { ulid } from "ulid";

interface YardstickPeer {
  readonly id: string;
  readonly topic: string;
  /** A peer that was in the topic before, or else the next one to come. */
  partner: ServerWebSocket<YardstickPeer> | undefined;
  gathered: string[];
}

/**
 * Listens on the loopback address.
 *
 * @param port 0 takes a free one
 * @param isGathering false: each message is sent as soon as it comes, as most relays do
 */
export function serveYardstick(port: number, isGathering = true): { readonly port: number } {
  const topics = new Map<string, Set<ServerWebSocket<YardstickPeer>>>();

  const server = Bun.serve<YardstickPeer>({
    hostname: "127.0.0.1",
    port,
    fetch(request, bun) {
      const topic = new URL(request.url).pathname;
      const data: YardstickPeer = { id: ulid(), topic, partner: undefined, gathered: [] };
      if (bun.upgrade(request, { data })) return undefined;
      return new Response("a WebSocket is expected here", { status: 426 });
    },
    websocket: {
      perMessageDeflate: false,
      open(socket) {
        const others = topics.get(socket.data.topic) ?? new Set();
        topics.set(socket.data.topic, others);
        introduce(socket, others);
        others.add(socket);
      },
      message(socket, text) {
        const { partner } = socket.data;
        if (partner === undefined || typeof text !== "string") return;
        if (!isGathering) partner.send(text);
        else if (partner.data.gathered.push(text) === 1) setImmediate(send, partner);
      },
      close(socket) {
        const others = topics.get(socket.data.topic);
        others?.delete(socket);
        if (others?.size === 0) topics.delete(socket.data.topic);
      },
    },
  });
  return { port: server.port ?? port };
}

function introduce(
  socket: ServerWebSocket<YardstickPeer>,
  others: ReadonlySet<ServerWebSocket<YardstickPeer>>,
) {
  const peers = Array.from(others, (other) => ({ id: other.data.id }));
  socket.send(JSON.stringify({ type: "welcome", selfId: socket.data.id }));
  socket.send(JSON.stringify({ type: "peer-list", peers }));
  const joined = JSON.stringify({ type: "peer-joined", peerId: socket.data.id });
  for (const other of others) {
    socket.data.partner ??= other;
    other.data.partner ??= socket;
    other.send(joined);
  }
}

function send(socket: ServerWebSocket<YardstickPeer>): void {
  const frames = socket.data.gathered;
  socket.data.gathered = [];
  if (frames.length === 1) socket.send(frames[0] ?? "");
  else
    socket.cork(() => {
      for (const frame of frames) socket.send(frame);
    });
}
