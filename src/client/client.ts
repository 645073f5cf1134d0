// The client library: rooms of peers that are connected to each other, for browsers, Node and Bun. Speaks the topic
// protocol. Nobody hangs up because the server is away.

import type { Join } from "./api.ts";
import { platform } from "./environment.ts";
import { JoinedRoom } from "./joined-room.ts";
import { RoomError } from "./room-error.ts";

/** Of the server. */
const maxTopicBytes = 255;
const maxMetadataBytes = 4096;

export const join: Join = async (server, topic, options = {}) => {
  const { metadata, signal } = options;
  if (!hasSize(topic, 1, maxTopicBytes))
    throw new RoomError(0, `the topic must have 1 to ${maxTopicBytes} bytes`);
  if (metadata !== undefined && !hasSize(JSON.stringify(metadata), 1, maxMetadataBytes))
    throw new RoomError(0, `metadata must be JSON of at most ${maxMetadataBytes} bytes`);
  if (signal?.aborted === true) throw new RoomError(0, "left");
  const url = new URL(`ws/${encodeURIComponent(topic)}`, directory(server));
  url.protocol = url.protocol.replace("http", "ws");
  const room = new JoinedRoom(url.href, topic, options, platform(options));
  signal?.addEventListener("abort", () => room.leave());
  await room.entered;
  return room;
};

const hasSize = (text: string | undefined, least: number, most: number): boolean => {
  const bytes = new TextEncoder().encode(text).length;
  return bytes >= least && bytes <= most;
};

/** A server may be below a path of its host. */
function directory(server: string | URL): URL {
  const url = new URL(server);
  url.pathname = url.pathname.replace(/\/?$/, "/");
  return url;
}
