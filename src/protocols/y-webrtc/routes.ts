// The protocol of y-webrtc, which Yjs clients use, at GET /signal and at an upgrade of /. A socket subscribes to
// rooms, and publishes to everybody in a room. Clients of trystero's ws-relay use the same addresses, with topics
// of their own.

import type { Context, GetRoute, Protocol, Service, SocketRoute } from "../protocol.ts";
import { claimedIds, keysOf } from "./claimed-ids.ts";
import { type YjsRooms, YWebrtcConversation } from "./conversation.ts";
import { guide } from "./guide.ts";
import { directed, frameLimit, maxTopics, status } from "./options.ts";

function setUp({ hub, settings }: Context): Service {
  const rooms: YjsRooms = {
    rooms: hub("y-webrtc", { info: claimedIds, keysOf }),
    relays: hub("y-webrtc-relay", { info: claimedIds }),
    isDirected: settings(directed),
    maxTopics: settings(maxTopics),
    connections: 0,
  };
  const socketAt = (path: SocketRoute["path"]): SocketRoute => ({
    path,
    access: "token-if-required",
    socket: () => (peer) => new YWebrtcConversation(rooms, peer),
  });
  const signal: GetRoute = { path: "/signal", access: "public", get: () => new Response("okay") };
  const statusRoute: GetRoute = {
    path: "/api/signaling/status",
    access: "same-origin",
    get: () => Response.json(statusOf(rooms)),
  };
  return {
    routes: [
      socketAt("/signal"),
      socketAt("/"),
      signal,
      ...(settings(status) ? [statusRoute] : []),
    ],
  };
}

function statusOf({ rooms, connections }: YjsRooms): object {
  const sizes = Array.from(rooms.topics, ({ name, members }) => [name, members.size]);
  return {
    status: "ok",
    connections,
    topics: sizes.length,
    topic_sizes: Object.fromEntries(sizes),
  };
}

export const yWebrtc: Protocol = {
  name: "y-webrtc",
  guide,
  options: [directed, maxTopics, frameLimit.option, status],
  frameLimit,
  setUp,
};
