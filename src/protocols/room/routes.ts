// The room protocol at GET /webrtc/ws/{room_id} and GET /ws/webrtc/{room_id}, which clients of the Second Brain
// Database use. Everybody needs a token. Clients see one list of participants, and send frames to one user or to
// all. The ICE configuration and the lists of participants are also served by REST.

import type { Identity } from "../../auth/identity.ts";
import { closingOf, responseOf } from "../../auth/refusal.ts";
import type { CloseReason } from "../../core/close.ts";
import type { TopicName } from "../../core/ids.ts";
import { roundSeconds } from "../../core/liveness.ts";
import type { Peer } from "../../core/peer.ts";
import { iceConfiguration } from "../../ice/configuration.ts";
import type { HostedServers } from "../../ice/hosted.ts";
import { turnUrls } from "../../ice/options.ts";
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

/** What differs between the two paths. Each follows one of the documents of its clients. */
interface Address {
  readonly path: SocketRoute["path"];
  readonly spelling: Spelling;
  /** The close code for a token that is refused. */
  readonly refusalCode: number;
}

const addresses: readonly Address[] = [
  { path: "/webrtc/ws/*room", spelling: "underscore", refusalCode: 1008 },
  { path: "/ws/webrtc/*room", spelling: "hyphen", refusalCode: 4003 },
];

function setUp(context: Context): Service {
  const { settings, hostedIce } = context;
  let turnCredentials = 0;
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
    get: (_visit, _request, identity) => {
      if (identity !== undefined && settings(turnUrls).length > 0) turnCredentials++;
      return configuration(settings, hostedIce, identity);
    },
  });
  const participantsAt = (path: GetRoute["path"]): GetRoute => ({
    path,
    access: "token",
    get: ({ params }, _request, identity) => participants(rooms, params["room"] ?? "", identity),
  });
  return {
    // The sweep finds a silent participant within a round after this, which is within the time promised.
    patience: { silentSeconds: settings(option.presenceTtl) - roundSeconds },
    counts: () => ({ turnCredentials }),
    routes: [
      ...addresses.map(socketAt),
      configurationAt("/webrtc/config"),
      configurationAt("/api/v1/webrtc/config"),
      participantsAt("/webrtc/rooms/:room/participants"),
      // An empty id is refused like any other bad id.
      participantsAt("/webrtc/rooms//participants"),
    ],
  };
}

/** Refuses by a Close frame, since a browser does not see the HTTP status of an upgrade. */
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
    // The list of participants, and their number, must include those on other nodes.
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

/**
 * @param asked what the query asks for; `null` if nothing
 * @returns `undefined` if the query asks for a spelling that does not exist
 */
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

const configuration = (
  settings: Settings,
  hosted: HostedServers | undefined,
  identity: Identity | undefined,
): Response =>
  identity === undefined
    ? responseOf("missing")
    : Response.json(iceConfiguration(settings, hosted, identity.userId), noStore);

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
