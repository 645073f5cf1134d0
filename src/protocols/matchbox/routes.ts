// The protocol of matchbox_server, GET /matchbox/{room}: that of matchbox_socket, with which Bevy's games in the
// browser connect. The address names the room, and with ?next=N how many peers are to be matched. A newcomer is told
// its id, those who are there are told of it, and they make the offers.

import { notJoined } from "../../core/close.ts";
import type { TopicName } from "../../core/ids.ts";
import type { Peer } from "../../core/peer.ts";
import type { Context, Opening, Protocol, Service, SocketRoute, Visit } from "../protocol.ts";
import { MatchboxConversation } from "./conversation.ts";
import { guide } from "./guide.ts";
import * as option from "./options.ts";
import { MatchboxRooms, meshOf, type Wish } from "./rooms.ts";
import { groupSizeIn } from "./wire.ts";

function setUp(context: Context): Service {
  const { settings } = context;
  const rooms = new MatchboxRooms(context, settings(option.maxRoomMembers));
  const socketAt = (path: SocketRoute["path"], yields: boolean): SocketRoute => ({
    path,
    access: "token-if-required",
    socket: (visit) => opening(rooms, visit),
    ...(yields && { yields }),
  });
  const base = baseOf(settings(option.path));
  // Other protocols have the root, and names directly under it.
  if (base === "") return { routes: [socketAt("/:room", true)] };
  return { routes: [socketAt(base, false), socketAt(`${base}/:room`, false)] };
}

/** Percent-encoded as in requests, without a slash at the end; empty for the root. */
function baseOf(path: string): `/${string}` | "" {
  const segments = path.split("/").filter((segment) => segment !== "");
  if (segments.length === 0) return "";
  return `/${new URL(`/${segments.join("/")}`, "http://host").pathname.slice(1)}`;
}

function opening(rooms: MatchboxRooms, { url, params }: Visit): Opening | Response {
  const room = decoded(params["room"] ?? "");
  const mesh = room === undefined ? undefined : meshOf(room);
  if (room === undefined || mesh === undefined)
    return new Response("the room must be at most 255 bytes, percent-encoded\n", { status: 400 });
  const wish: Wish = { room, groupSize: groupSizeIn(url.searchParams) };
  return (peer) => {
    if (!peer.mayJoin(room)) return notJoined.forbidden;
    // Those of other nodes must be known: a newcomer is told of nobody who was there before.
    const known = wish.groupSize === undefined ? rooms.hub.warm(mesh) : undefined;
    const begin = (): ReturnType<Opening> => open(rooms, peer, mesh, wish);
    return known === undefined ? begin() : known.then(() => begin);
  };
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function open(rooms: MatchboxRooms, peer: Peer, mesh: TopicName, wish: Wish): ReturnType<Opening> {
  const member = rooms.enter(peer, mesh, wish);
  if (typeof member === "string") return notJoined[member];
  return new MatchboxConversation(rooms, member, wish);
}

export const matchbox: Protocol = {
  name: "matchbox",
  guide,
  options: option.options,
  frameLimit: option.frameLimit,
  setUp,
};
