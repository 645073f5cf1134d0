// The protocol of PeerServer, so that PeerJS clients work here unchanged. A client registers an id, chosen by
// itself or by the server. Who knows the id can send it offers, answers and candidates. `wire.ts` has the messages,
// `realm.ts` who is registered, `waiting-room.ts` what waits.

import type { Claim } from "../../core/bus.ts";
import { type CloseReason, closeReasons, notJoined } from "../../core/close.ts";
import { type TopicName, topicName } from "../../core/ids.ts";
import type { Peer } from "../../core/peer.ts";
import type { Patience } from "../../core/peer-group.ts";
import type {
  Context,
  Conversation,
  GetRoute,
  Opening,
  Protocol,
  Route,
  Service,
  Visit,
} from "../protocol.ts";
import { PeerConversation } from "./conversation.ts";
import { guide } from "./guide.ts";
import * as option from "./options.ts";
import { Realm } from "./realm.ts";
import { proofOf } from "./registration.ts";
import { closings, frames, type OpenRefusal } from "./wire.ts";

/** Sends an error frame first, since clients do not show what is in a Close frame. */
function refuse(peer: Peer, why: OpenRefusal): CloseReason {
  peer.send(frames.refused(why));
  return closings[why];
}

/** Reads a query as PeerServer does: of several values the last one counts. */
const last = (query: URLSearchParams, name: string): string => query.getAll(name).at(-1) ?? "";

function open(
  realm: Realm,
  rightKey: string,
  peer: Peer,
  query: URLSearchParams,
): ReturnType<Opening> {
  const [id, token, key] = [last(query, "id"), last(query, "token"), last(query, "key")];
  if (id === "" || token === "" || key === "") return refuse(peer, "missing");
  if (key !== rightKey) return refuse(peer, "key");
  const name = topicName(id);
  if (name === undefined) return refuse(peer, "tooLong");
  if (!peer.mayJoin(name)) return notJoined.forbidden;
  const proof = proofOf(name, token);
  const claim = realm.claim(name, proof);
  return claim instanceof Promise
    ? claim.then((granted) => () => enter(realm, peer, name, proof, granted))
    : enter(realm, peer, name, proof, claim);
}

function enter(
  realm: Realm,
  peer: Peer,
  name: TopicName,
  proof: string,
  claim: Claim | OpenRefusal,
): Conversation | CloseReason {
  if (typeof claim === "string") return refuse(peer, claim);
  const client = realm.register(peer, name, proof, claim);
  if (typeof client === "string") return refuse(peer, client);
  return "code" in client ? client : new PeerConversation(realm, client);
}

/** All paths, percent-encoded as in requests. */
function pathsUnder(base: string) {
  const at = (end: string): `/${string}` =>
    `/${new URL(`/${base}/${end}`.replace(/\/+/g, "/"), "http://host").pathname.slice(1)}`;
  const root = at("");
  return {
    socket: at("peerjs"),
    id: at(":key/id"),
    peers: at(":key/peers"),
    // The root has the start page.
    about: root === "/" ? [] : [root.slice(0, -1) as `/${string}`],
  };
}

/** Browsers answer pings even for pages in the background, whose own heartbeats they slow down. */
const maxPingSeconds = 25;

function patienceOf(aliveSeconds: number): Patience {
  const pingSeconds = Math.min(maxPingSeconds, aliveSeconds / 3);
  return { pingSeconds, silentSeconds: aliveSeconds, gone: closeReasons.silent };
}

const about = {
  name: "PeerJS Server",
  description: "A server side element to broker connections between PeerJS clients.",
  website: "https://peerjs.com/",
} as const;

const html = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" } as const;

/** @returns `undefined` for what is not percent-encoded UTF-8 */
function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

const list = (ids: Realm["ids"]): Response | Promise<Response> =>
  ids instanceof Promise ? ids.then(json) : json(ids);

const json = (value: unknown): Response =>
  new Response(JSON.stringify(value), {
    headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" },
  });

function setUp(context: Context): Service {
  const { settings } = context;
  const key = settings(option.key);
  const realm = new Realm(context, {
    timeoutSeconds: settings(option.expireTimeout) / 1000,
    maxClients: settings(option.concurrentLimit),
    isListed: settings(option.allowDiscovery),
  });
  return {
    patience: patienceOf(settings(option.aliveTimeout) / 1000),
    counts: () => ({ kept: realm.kept.client, keptLate: realm.kept.node }),
    routes: routes(realm, key, pathsUnder(settings(option.path))),
  };
}

function routes(realm: Realm, key: string, paths: ReturnType<typeof pathsUnder>): readonly Route[] {
  const aboutAt = (path: GetRoute["path"]): GetRoute => ({
    path,
    ignoresCase: true,
    access: "public",
    get: () => json(about),
  });
  /** Another protocol may serve a topic of the name `id` or `peers`. */
  const isMeant = (params: Visit["params"]): boolean =>
    decoded(params["key"] ?? "")?.toLowerCase() === key.toLowerCase();
  return [
    {
      path: paths.socket,
      access: "token-if-required",
      socket:
        ({ url }) =>
        (peer) =>
          open(realm, key, peer, url.searchParams),
    },
    // PeerServer answers plain requests like this.
    {
      path: paths.socket,
      access: "public",
      get: () => new Response("not found\n", { status: 404 }),
    },
    // As in PeerServer, under any key: the socket tells the client that its key is wrong. No token is needed.
    {
      path: paths.id,
      ignoresCase: true,
      isMeant,
      access: "public",
      get: () => new Response(crypto.randomUUID(), { headers: html }),
    },
    {
      path: paths.peers,
      ignoresCase: true,
      isMeant,
      access: "token-if-required",
      get: ({ params }) =>
        realm.isListed && isMeant(params)
          ? list(realm.ids)
          : new Response("Unauthorized", { status: 401 }),
    },
    ...paths.about.map(aboutAt),
  ];
}

export const peerjs: Protocol = {
  name: "peerjs",
  guide,
  options: option.options,
  frameLimit: option.frameLimit,
  setUp,
};
