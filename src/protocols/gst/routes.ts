// The protocol of GStreamer's webrtc plugins, GET /gst and GET /gst/{space}: that of gst-webrtc-signalling-server,
// whose clients work here unchanged. A peer says what it is, listeners are told of it, and a session is begun by
// either side: then the two exchange descriptions and candidates. Nobody sees beyond their space.

import { notJoined } from "../../core/close.ts";
import { memberId, type TopicName, topicName } from "../../core/ids.ts";
import type { Peer } from "../../core/peer.ts";
import type { Context, Opening, Protocol, Service, SocketRoute, Visit } from "../protocol.ts";
import { GstConversation } from "./conversation.ts";
import { guide } from "./guide.ts";
import * as option from "./options.ts";
import { noStatus } from "./registration.ts";
import { Spaces } from "./spaces.ts";

/** That of the path without one. */
const defaultSpace = "default";

function setUp(context: Context): Service {
  const { settings } = context;
  const spaces = new Spaces(context, {
    maxMetaBytes: settings(option.maxMetaBytes),
    maxListBytes: settings(option.maxListBytes),
    maxSessions: settings(option.maxSessions),
  });
  const socketAt = (path: SocketRoute["path"]): SocketRoute => ({
    path,
    access: "token-if-required",
    socket: (visit) => opening(spaces, visit),
  });
  return { routes: [socketAt("/gst"), socketAt("/gst/:space")] };
}

function opening(spaces: Spaces, { params }: Visit): Opening | Response {
  const space = decoded(params["space"] ?? defaultSpace);
  if (space === undefined)
    return new Response("the space must be 1 to 255 bytes, percent-encoded\n", { status: 400 });
  return (peer) => {
    // Nobody opens a space that its token does not name.
    if (!peer.mayJoin(space)) return notJoined.forbidden;
    // Nobody is welcomed before it is known who is on other nodes.
    const known = spaces.hub.warm(space);
    const begin = (): ReturnType<Opening> => open(spaces, peer, space);
    return known === undefined ? begin() : known.then(() => begin);
  };
}

function decoded(segment: string): TopicName | undefined {
  try {
    return topicName(decodeURIComponent(segment));
  } catch {
    return undefined;
  }
}

function open(spaces: Spaces, peer: Peer, space: TopicName): ReturnType<Opening> {
  let conversation: GstConversation | undefined;
  const member = spaces.hub.join(peer, space, {
    id: memberId(crypto.randomUUID()),
    info: { ...noStatus, since: performance.timeOrigin + performance.now() },
    take: (frame) => conversation?.take(frame) ?? "sent",
  });
  if (typeof member === "string") return notJoined[member];
  conversation = new GstConversation(spaces, member);
  return conversation;
}

export const gst: Protocol = {
  name: "gst",
  guide,
  options: option.options,
  frameLimit: option.frameLimit,
  setUp,
};
