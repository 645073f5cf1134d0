// A relay of the topic protocol as most people would write it: Node, `ws`, JSON.parse and JSON.stringify. It listens on
// the port in PORT.

import { randomUUID } from "node:crypto";
import { WebSocketServer } from "ws";

const topics = new Map();
const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(process.env.PORT),
  perMessageDeflate: false,
});

server.on("connection", (socket, { url }) => {
  const members = topics.get(url) ?? new Map();
  topics.set(url, members);
  const id = randomUUID();
  const peers = Array.from(members.keys(), (other) => ({ id: other }));
  socket.send(JSON.stringify({ type: "welcome", selfId: id }));
  socket.send(JSON.stringify({ type: "peer-list", peers }));
  for (const other of members.values())
    other.send(JSON.stringify({ type: "peer-joined", peerId: id }));
  members.set(id, socket);

  socket.on("message", (bytes) => {
    const { type, to, payload, msgId } = JSON.parse(bytes.toString());
    const target = members.get(to);
    if (target === undefined)
      socket.send(JSON.stringify({ type: "error", code: "target_not_found", msgId }));
    else target.send(JSON.stringify({ type, from: id, payload, msgId }));
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    members.delete(id);
    if (members.size === 0) topics.delete(url);
    for (const other of members.values())
      other.send(JSON.stringify({ type: "peer-left", peerId: id }));
  });
});
