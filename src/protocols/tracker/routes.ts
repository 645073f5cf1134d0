// The protocol of WebTorrent trackers, GET /tracker and /announce: what bittorrent-tracker's clients, trystero's
// torrent strategy and p2p-media-loader speak. A client announces that it is in a swarm, with offers that go to
// some others there at random; each of them answers the one that its offer came from.

import type { Context, Protocol, Service, SocketRoute } from "../protocol.ts";
import { TrackerConversation } from "./conversation.ts";
import { guide } from "./guide.ts";
import { frameLimit, intervalSeconds, maxSwarms } from "./options.ts";
import { Swarms } from "./swarms.ts";

function setUp(context: Context): Service {
  const { settings } = context;
  const swarms = new Swarms(context, {
    intervalSeconds: settings(intervalSeconds),
    maxMemberships: settings(maxSwarms),
  });
  const socketAt = (path: SocketRoute["path"]): SocketRoute => ({
    path,
    access: "token-if-required",
    socket: () => (peer) => new TrackerConversation(swarms, peer),
  });
  return { routes: [socketAt("/tracker"), socketAt("/announce")] };
}

export const tracker: Protocol = {
  name: "tracker",
  guide,
  options: [intervalSeconds, maxSwarms, frameLimit.option],
  frameLimit,
  setUp,
};
