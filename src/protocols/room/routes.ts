// The room protocol, GET /webrtc/ws/{room_id} and GET /ws/webrtc/{room_id}: what the clients of the Second
// Brain Database speak. Nobody gets in without a token; who is in is one list of participants; frames go to
// one user or to all. Beside it are the ICE configuration and the lists of participants, by REST.

import type { Identity } from "../../auth/identity.ts";
import { closingOf, responseOf } from "../../auth/refusal.ts";
import type { CloseReason } from "../../core/close.ts";
import type { TopicName } from "../../core/ids.ts";
import { roundSeconds } from "../../core/liveness.ts";
import type { Peer } from "../../core/peer.ts";
import { iceConfiguration } from "../../ice/configuration.ts";
import type { Settings } from "../../options/option.ts";
import type {
  Context,
  Conversation,
  GetRoute,
  Opening,
  Protocol,
  Service,
  SocketRoute,
  Visit,
} from "../protocol.ts";
import { RoomConversation } from "./conversation.ts";
import { guide } from "./guide.ts";
import * as option from "./options.ts";
import { Rooms } from "./rooms.ts";
import { closings, relayedWith, roomName, roomState, type Spelling } from "./wire.ts";

/** What differs between the two paths: each is as a document of its clients has it. */
interface Address {
  readonly path: SocketRoute["path"];
  readonly spelling: Spelling;
  /** Close code for a token that is refused. */
  readonly refusalCode: number;
}

const addresses: readonly Address[] = [
  { path: "/webrtc/ws/*room", spelling: "underscore", refusalCode: 1008 },
  { path: "/ws/webrtc/*room", spelling: "hyphen", refusalCode: 4003 },
];

function setUp(context: Context): Service {
  const { settings } = context;
  const rooms = new Rooms(context, {
    maxParticipants: settings(option.maxParticipants),
    maxConnectionsPerUser: settings(option.maxConnectionsPerUser),
    messagesPerSecond: settings(option.messagesPerSecond),
    relayedTypes: relayedWith(settings(option.relayedTypes)),
  });
  const socketAt = (address: Address): SocketRoute => ({
    path: address.path,
    access: "token",
    refusalCode: address.refusalCode,
    socket: (visit) => opening(rooms, settings, address, visit),
  });
  const configurationAt = (path: GetRoute["path"]): GetRoute => ({
    path,
    access: "token",
    get: (_visit, _request, identity) => configuration(settings, identity),
  });
  const participantsAt = (path: GetRoute["path"]): GetRoute => ({
    path,
    access: "token",
    get: ({ params }, _request, identity) => participants(rooms, params["room"] ?? "", identity),
  });
  return {
    // The sweep comes by within a round of that: still within the time that was promised.
    patience: { silentSeconds: settings(option.presenceTtl) - roundSeconds },
    routes: [
      ...addresses.map(socketAt),
      configurationAt("/webrtc/config"),
      configurationAt("/api/v1/webrtc/config"),
      participantsAt("/webrtc/rooms/:room/participants"),
      // The id is empty, and is refused like any other that is no id.
      participantsAt("/webrtc/rooms//participants"),
    ],
  };
}

/** A browser sees no HTTP status of an upgrade: whatever is wrong is said by closing. */
function opening(
  rooms: Rooms,
  settings: Settings,
  address: Address,
  { url, params }: Visit,
): Opening | CloseReason {
  const name = roomName(params["room"] ?? "");
  const spelling = spellingOf(settings, address, url.searchParams.get("spelling"));
  if (name === undefined) return closings.badRoom;
  if (spelling === undefined) return closings.badSpelling;
  return (peer, identity) => {
    if (identity?.mayJoin(name) !== true) return closingOf("room", address.refusalCode);
    // Nobody is shown a list, or let in, before it is known who is on other nodes.
    const known = rooms.hub.warm(name);
    const begin = (): ReturnType<Opening> => enter(rooms, peer, name, identity, spelling);
    return known === undefined ? begin() : known.then(() => begin);
  };
}

function enter(
  rooms: Rooms,
  peer: Peer,
  name: TopicName,
  identity: Identity,
  spelling: Spelling,
): Conversation | CloseReason {
  const member = rooms.enter(peer, name, identity, spelling);
  return "code" in member ? member : new RoomConversation(rooms, member);
}

/** @param asked in the query, if it is */
function spellingOf(
  settings: Settings,
  address: Address,
  asked: string | null,
): Spelling | undefined {
  if (asked === "underscore" || asked === "hyphen") return asked;
  const set = settings(option.spelling);
  if (asked !== null) return undefined;
  return set === "path" ? address.spelling : set;
}

const noStore = { headers: { "Cache-Control": "no-store" } };

const configuration = (settings: Settings, identity: Identity | undefined): Response =>
  identity === undefined
    ? responseOf("missing")
    : Response.json(iceConfiguration(settings, identity.userId), noStore);

async function participants(
  rooms: Rooms,
  room: string,
  identity: Identity | undefined,
): Promise<Response> {
  const name = roomName(room);
  if (name === undefined)
    return Response.json({ detail: closings.badRoom.reason }, { status: 400 });
  if (identity?.mayJoin(name) !== true) return responseOf("room");
  await rooms.hub.warm(name);
  return Response.json(roomState(name, rooms.participants(name)), noStore);
}

export const room: Protocol = {
  name: "room",
  guide,
  options: option.options,
  frameLimit: option.frameLimit,
  asksForTokens: true,
  setUp,
};
