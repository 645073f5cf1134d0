// The protocol of PeerServer, so that the clients of PeerJS work here unchanged. A client registers an id,
// of its own choice or from here, and whoever knows that id may send it offers, answers and candidates.
// How messages look is in `wire.ts`, who is registered in `realm.ts`, what waits in `waiting-room.ts`.

import { type CloseReason, closeReasons } from "../../core/close.ts";
import { topicName } from "../../core/ids.ts";
import type { Node } from "../../core/node.ts";
import type { Patience, Peer } from "../../core/peer.ts";
import type { Settings } from "../../option.ts";
import type { Conversation, Guide, Incoming, Mount, Opening, Protocol } from "../protocol.ts";
import * as option from "./options.ts";
import { Realm, type Registered } from "./realm.ts";
import { frames, parse, type Refusal, refusals } from "./wire.ts";

// Conversation

const malformed: CloseReason = { code: 1007, reason: "not JSON" };

class PeerConversation implements Conversation {
  readonly #realm: Realm;
  readonly #client: Registered;
  /** The client's id as JSON. */
  readonly #src: string;
  #saidGoodbye = false;

  constructor(realm: Realm, client: Registered) {
    this.#realm = realm;
    this.#client = client;
    this.#src = JSON.stringify(client.id);
  }

  receive(text: string): void {
    const message = parse(text);
    if (message === "malformed") return this.#client.peer.close(malformed);
    // From then on it has no id that a message could come from.
    if (message === "nothing" || this.#saidGoodbye) return;
    if (message === "goodbye") return this.#leave();
    const { type, to, dst, payload } = message;
    const frame = frames.message(type, this.#src, dst, payload);
    if (type === "LEAVE" || type === "EXPIRE") this.#realm.relay(this.#client, to, frame);
    else this.#realm.relayOrKeep(this.#client, to, frame, text);
  }

  closed(): void {
    this.#realm.forget(this.#client);
  }

  #leave(): void {
    this.#saidGoodbye = true;
    this.#realm.forget(this.#client);
  }
}

// Mount

/** Codes of RFC 6455 and IANA: may not come like this, may come later. */
const closeCodes = { missing: 1008, key: 1008, taken: 1008, tooLong: 1008, full: 1013 } as const;

/** Says why on the wire first, for clients are not shown what is in a Close frame. */
function refuse(peer: Peer, why: Refusal): CloseReason {
  peer.send(frames.refused(why));
  return { code: closeCodes[why], reason: refusals[why] };
}

/** As PeerServer reads a query: the last of several counts. */
const last = (query: URLSearchParams, name: string): string => query.getAll(name).at(-1) ?? "";

function open(realm: Realm, rightKey: string, peer: Peer, query: URLSearchParams) {
  const [id, token, key] = [last(query, "id"), last(query, "token"), last(query, "key")];
  if (id === "" || token === "" || key === "") return refuse(peer, "missing");
  if (key !== rightKey) return refuse(peer, "key");
  const name = topicName(id);
  if (name === undefined) return refuse(peer, "tooLong");
  const client = realm.register(peer, name, token);
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

const json = (value: unknown): Response =>
  new Response(JSON.stringify(value), {
    headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" },
  });

function mount(node: Node, settings: Settings): Mount {
  const key = settings(option.key);
  const paths = pathsUnder(settings(option.path), key);
  const realm = new Realm(
    node,
    settings(option.expireTimeout) / 1000,
    settings(option.concurrentLimit),
  );
  return {
    patience: patienceOf(settings(option.aliveTimeout) / 1000),
    // Its clients fetch an id without a token.
    isPublic: (path) => [paths.id, paths.root, paths.root.slice(0, -1)].includes(path),
    route({ url, isUpgrade }: Incoming): Response | Opening | undefined {
      switch (url.pathname) {
        case paths.socket:
          return isUpgrade ? (peer) => open(realm, key, peer, url.searchParams) : undefined;
        case paths.id:
          return new Response(crypto.randomUUID(), { headers: html });
        case paths.peers:
          return settings(option.allowDiscovery)
            ? json(realm.ids)
            : new Response("Unauthorized", { status: 401 });
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
