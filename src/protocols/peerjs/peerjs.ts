// The protocol of PeerServer, so that the clients of PeerJS work here unchanged. A client registers an id,
// of its own choice or from here, and whoever knows that id may send it offers, answers and candidates.
// How messages look is in `wire.ts`, who is registered in `realm.ts`, what waits in `waiting-room.ts`.

import type { Claim } from "../../core/bus.ts";
import { type CloseReason, closeReasons, notJoined } from "../../core/close.ts";
import { type TopicName, topicName } from "../../core/ids.ts";
import type { Node } from "../../core/node.ts";
import type { Patience, Peer } from "../../core/peer.ts";
import type { Settings } from "../../options/option.ts";
import type { Conversation, Guide, Incoming, Mount, Opening, Protocol } from "../protocol.ts";
import { proofOf } from "./identity.ts";
import * as option from "./options.ts";
import { Realm, type Registered } from "./realm.ts";
import { closings, type Directed, frames, parse, type Refusal } from "./wire.ts";

// Conversation

class PeerConversation implements Conversation {
  readonly #realm: Realm;
  readonly #client: Registered;
  /** The client's id as JSON, once it has said something. */
  #src: string | undefined;
  #saidGoodbye = false;

  constructor(realm: Realm, client: Registered) {
    this.#realm = realm;
    this.#client = client;
  }

  receive(text: string): ReturnType<Conversation["receive"]> {
    const message = parse(text);
    if (message === "malformed") return this.#client.peer.close(closings.malformed);
    // From then on it has no id that a message could come from.
    if (message === "nothing" || this.#saidGoodbye) return;
    if (message === "goodbye") return this.#leave();
    const located = this.#realm.locate(message.to);
    if (located !== undefined) return located.then(() => () => this.#pass(message, text));
    this.#pass(message, text);
  }

  closed(): void {
    this.#realm.forget(this.#client);
  }

  #pass({ type, to, dst, payload }: Directed, text: string): void {
    this.#src ??= JSON.stringify(this.#client.id);
    const frame = frames.message(type, this.#src, dst, payload);
    if (type === "LEAVE" || type === "EXPIRE") this.#realm.relay(this.#client, to, frame);
    else this.#realm.relayOrKeep(this.#client, to, frame, text);
  }

  #leave(): void {
    this.#saidGoodbye = true;
    this.#realm.forget(this.#client);
  }
}

// Mount

/** Says why on the wire first, for clients are not shown what is in a Close frame. */
function refuse(peer: Peer, why: Refusal): CloseReason {
  peer.send(frames.refused(why));
  return closings[why];
}

/** As PeerServer reads a query: the last of several counts. */
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
  claim: Claim | Refusal,
): Conversation | CloseReason {
  if (typeof claim === "string") return refuse(peer, claim);
  const client = realm.register(peer, name, { proof, since: claim.since });
  if (typeof client === "string") return refuse(peer, client);
  return "code" in client ? client : new PeerConversation(realm, client);
}

/** The paths as requests have them, percent-encoded. */
function pathsUnder(base: string, key: string) {
  const at = (end: string): string =>
    new URL(`/${base}/${end}`.replace(/\/+/g, "/"), "http://host").pathname;
  return { root: at(""), socket: at("peerjs"), id: at(`${key}/id`), peers: at(`${key}/peers`) };
}

/** Browsers answer pings, also those of pages in the background, whose own heartbeats are slowed. */
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

const list = (ids: Realm["ids"]): Response | Promise<Response> =>
  ids instanceof Promise ? ids.then(json) : json(ids);

const json = (value: unknown): Response =>
  new Response(JSON.stringify(value), {
    headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" },
  });

function mount(node: Node, settings: Settings): Mount {
  const key = settings(option.key);
  const paths = pathsUnder(settings(option.path), key);
  const isListed = settings(option.allowDiscovery);
  const realm = new Realm(node, {
    timeoutSeconds: settings(option.expireTimeout) / 1000,
    maxClients: settings(option.concurrentLimit),
    isListed,
  });
  return {
    patience: patienceOf(settings(option.aliveTimeout) / 1000),
    // Its clients fetch an id without a token.
    isPublic: (path) => [paths.id, paths.root, paths.root.slice(0, -1)].includes(path),
    route({ url, isUpgrade }: Incoming): ReturnType<Mount["route"]> {
      switch (url.pathname) {
        case paths.socket:
          return isUpgrade ? (peer) => open(realm, key, peer, url.searchParams) : undefined;
        case paths.id:
          return new Response(crypto.randomUUID(), { headers: html });
        case paths.peers:
          return isListed ? list(realm.ids) : new Response("Unauthorized", { status: 401 });
        case paths.root:
        case paths.root.slice(0, -1):
          return paths.root === "/" ? undefined : json(about);
        default:
          return undefined;
      }
    },
  };
}

const guide: Guide = {
  title: "PeerJS",
  path: "/peerjs",
  about:
    "A drop-in for PeerServer: PeerJS clients change host and port. Ids of one's own or from here, " +
    "and a call to somebody who is not there yet waits a while.",
  snippets: [
    {
      client: "Browser",
      language: "js",
      code: `import { Peer } from "peerjs";

const { hostname, port, protocol } = new URL("{http}");
const secure = protocol === "https:";
const peer = new Peer({ host: hostname, port: port || (secure ? 443 : 80), secure });
peer.on("open", (id) => console.log("others reach me as", id));
peer.on("connection", (connection) => connection.on("data", console.log));
// Somewhere else, with that id:
const connection = peer.connect(id);
connection.on("open", () => connection.send("hello"));`,
    },
  ],
};

export const peerjs: Protocol = { name: "peerjs", guide, options: option.options, mount };
