// The room protocol, GET /webrtc/ws/{room_id} and GET /ws/webrtc/{room_id}: what the clients of the Second
// Brain Database speak. Nobody gets in without a token; who is in is one list of participants; frames go
// to one user or to all. Beside it are the ICE configuration and the lists of participants, by REST.

import { type Carried, carriedBy } from "../../auth/carried.ts";
import { closingOf, responseOf } from "../../auth/refusal.ts";
import type { Tokens } from "../../auth/tokens.ts";
import { roundSeconds } from "../../core/liveness.ts";
import type { Node } from "../../core/node.ts";
import { iceConfiguration } from "../../ice/configuration.ts";
import type { Settings } from "../../options/option.ts";
import type { Guide, Incoming, Mount, Opening, Protocol, ProtocolLog } from "../protocol.ts";
import * as option from "./options.ts";
import { Rooms } from "./rooms.ts";
import { closings, roomName, roomState, type Spelling } from "./wire.ts";

/** What differs between the two paths: each is as a document of its clients has it. */
interface Address {
  readonly prefix: string;
  readonly spelling: Spelling;
  /** With which a token is refused. */
  readonly refusalCode: number;
}

const addresses: readonly Address[] = [
  { prefix: "/webrtc/ws/", spelling: "underscore", refusalCode: 1008 },
  { prefix: "/ws/webrtc/", spelling: "hyphen", refusalCode: 4003 },
];

const configPaths: ReadonlySet<string> = new Set(["/webrtc/config", "/api/v1/webrtc/config"]);
const participantsPath = /^\/webrtc\/rooms\/([^/]*)\/participants$/;

/** All that the paths of one server share. */
interface Service {
  readonly rooms: Rooms;
  readonly settings: Settings;
  readonly tokens: Tokens;
}

/** A browser sees no HTTP status of an upgrade: whatever is wrong is said by closing. */
function opening(service: Service, address: Address, url: URL, carried: Carried): Opening {
  const name = roomName(url.pathname.slice(address.prefix.length));
  const spelling = spellingOf(service, address, url.searchParams.get("spelling"));
  if (name === undefined) return () => closings.badRoom;
  if (spelling === undefined) return () => closings.badSpelling;
  return async () => {
    const identity = await service.tokens.identify(carried);
    return (peer) => {
      if (typeof identity === "string") return closingOf(identity, address.refusalCode);
      if (!identity.mayJoin(name)) return closingOf("room", address.refusalCode);
      peer.pass = identity;
      // Nobody is shown a list, or let in, before it is known who is on other nodes.
      const known = service.rooms.hub.watch(name);
      const enter = (): ReturnType<Opening> => service.rooms.enter(peer, name, identity, spelling);
      return known === undefined ? enter() : known.then(() => enter);
    };
  };
}

/** @param asked in the query, if it is */
function spellingOf(
  { settings }: Service,
  address: Address,
  asked: string | null,
): Spelling | undefined {
  if (asked === "underscore" || asked === "hyphen") return asked;
  const set = settings(option.spelling);
  if (asked !== null) return undefined;
  return set === "path" ? address.spelling : set;
}

const noStore = { headers: { "Cache-Control": "no-store" } };

async function configuration({ settings, tokens }: Service, carried: Carried): Promise<Response> {
  const identity = await tokens.identify(carried);
  if (typeof identity === "string") return responseOf(identity);
  return Response.json(iceConfiguration(settings, identity.userId), noStore);
}

async function participants(service: Service, room: string, carried: Carried): Promise<Response> {
  const identity = await service.tokens.identify(carried);
  if (typeof identity === "string") return responseOf(identity);
  const name = roomName(room);
  if (name === undefined)
    return Response.json({ detail: closings.badRoom.reason }, { status: 400 });
  if (!identity.mayJoin(name)) return responseOf("room");
  await service.rooms.hub.watch(name);
  return Response.json(roomState(name, service.rooms.participants(name)), noStore);
}

function mount(node: Node, settings: Settings, _log: ProtocolLog, tokens: Tokens): Mount {
  const service: Service = {
    rooms: new Rooms(node, tokens, {
      maxParticipants: settings(option.maxParticipants),
      messagesPerSecond: settings(option.messagesPerSecond),
    }),
    settings,
    tokens,
  };
  return {
    // The sweep comes by within a round of that: still within the time that was promised.
    patience: { silentSeconds: settings(option.presenceTtl) - roundSeconds },
    route({ request, url }: Incoming): Promise<Response> | Opening | undefined {
      const address = addresses.find(({ prefix }) => url.pathname.startsWith(prefix));
      if (address !== undefined) return opening(service, address, url, carriedBy(request, url));
      if (configPaths.has(url.pathname)) return configuration(service, carriedBy(request, url));
      const [, room] = participantsPath.exec(url.pathname) ?? [];
      return room === undefined ? undefined : participants(service, room, carriedBy(request, url));
    },
  };
}

const guide: Guide = {
  title: "Rooms",
  path: "/webrtc/ws/{room_id}",
  about:
    "Rooms with tokens, a list of participants and the ICE configuration: the protocol of the Second " +
    "Brain Database. Make a token for trying out with signalbox token.",
  snippets: [
    {
      client: "Browser",
      language: "js",
      code: `const headers = { Authorization: \`Bearer \${token}\` };
const config = await (await fetch("{http}/webrtc/config", { headers })).json();
const connection = new RTCPeerConnection(config);
const socket = new WebSocket(\`{ws}/webrtc/ws/my-room?token=\${token}\`);
socket.onmessage = ({ data }) => {
  const { type, payload, sender_id } = JSON.parse(data);
  // room_state {participants}, user_joined | user_left {user_id, username},
  // offer | answer | ice_candidate from sender_id, error {code, message}
};
const send = (type, payload, to) =>
  socket.send(JSON.stringify({ type, payload: { ...payload, target_user_id: to } }));`,
    },
    {
      client: "Shell",
      language: "sh",
      code: `export JWT_SECRET=$(openssl rand -hex 32)
signalbox &
token=$(signalbox token --sub alice --rooms 'my-*' --ttl 1h)
curl -H "Authorization: Bearer $token" {http}/webrtc/config`,
    },
  ],
};

export const room: Protocol = {
  name: "room",
  guide,
  options: option.options,
  asksForTokens: true,
  mount,
};
