// The y-webrtc protocol, GET /signal and an upgrade at /: what Yjs clients with y-webrtc speak, where a
// socket subscribes to rooms and publishes to everybody in one. Trystero's ws-relay speaks on the same
// socket, in topics of its own.

import { type CloseReason, closeReasons } from "../core/close.ts";
import { Hub } from "../core/hub.ts";
import {
  type MemberId,
  maxTopicNameBytes,
  newMemberId,
  type TopicName,
  topicName,
} from "../core/ids.ts";
import type { Node } from "../core/node.ts";
import type { Peer } from "../core/peer.ts";
import type { LocalMember, Topic } from "../core/topic.ts";
import { integer, type Option, oneOf, type Settings } from "../option.ts";
import { rawMembers, rawMembersWithin, stringOf, withMember, withNewMember } from "./json.ts";
import type { Conversation, Guide, Incoming, Mount, Protocol } from "./protocol.ts";
import { type Claims, isClaimed, isNamed, noClaims, withClaim } from "./y-webrtc-claims.ts";

// Wire

const keys = ["type", "topics", "topic", "payload", "data", "clients"] as const;
const dataKeys = ["to", "from"] as const;

const pong = '{"type":"pong"}';

const malformed: CloseReason = { code: 1007, reason: "not JSON" };
const badName: CloseReason = {
  code: 1008,
  reason: `a topic must be at most ${maxTopicNameBytes} bytes of UTF-8`,
};
const tooMany = (max: number): CloseReason => ({
  code: 1008,
  reason: `more than ${max} topics on one connection`,
});

/** Told from other texts, which end the socket; it is rare. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** @param own what the client itself calls the number of clients, if it does */
const withClients = (text: string, own: string | undefined, clients: number): string =>
  own === undefined
    ? withNewMember(text, "clients", `${clients}`)
    : withMember(text, "clients", `${clients}`);

const textOf = (raw: string | undefined): string =>
  raw === undefined ? "" : (stringOf(raw) ?? "");

/** The names in an array of topics; what is none is passed over. */
function namesIn(rawTopics: string): readonly string[] {
  const topics: unknown = JSON.parse(rawTopics);
  if (!Array.isArray(topics)) return [];
  return topics.filter((name): name is string => typeof name === "string" && name !== "");
}

/** Trystero's frame: nothing but the topic and the payload, as they were written. */
const relayFrame = (rawTopic: string, rawPayload: string): string =>
  `{"topic":${rawTopic},"payload":${rawPayload}}`;

// Conversation

/** What all conversations of a server share. */
interface Service {
  /** The rooms of y-webrtc. */
  readonly rooms: Hub<Claims>;
  /** The topics of trystero's ws-relay: others, even where the names are the same. */
  readonly relays: Hub<Claims>;
  readonly isDirected: boolean;
  readonly maxTopics: number;
  /** How many conversations are open. */
  connections: number;
}

class YWebrtcConversation implements Conversation {
  readonly #service: Service;
  readonly #peer: Peer;
  /** The same in all its topics: clients never see it, and choose ids of their own. */
  readonly #id: MemberId = newMemberId();
  readonly #members = new Map<LocalMember<Claims>, Hub<Claims>>();

  constructor(service: Service, peer: Peer) {
    this.#service = service;
    this.#peer = peer;
    service.connections++;
  }

  receive(text: string): void {
    const members = rawMembers(text, keys);
    if (members === undefined) return isJson(text) ? undefined : this.#peer.close(malformed);
    const [type, topics, topic, payload, data, clients] = members;
    switch (textOf(type)) {
      case "publish":
        if (topic === undefined) return;
        return payload === undefined
          ? this.#publish(text, topic, data, clients)
          : this.#relay(topic, payload);
      case "subscribe":
        return this.#subscribe(this.#hubOf(topics), namesIn(topics ?? `[${topic ?? ""}]`));
      case "unsubscribe":
        return this.#unsubscribe(this.#hubOf(topics), namesIn(topics ?? `[${topic ?? ""}]`));
      case "ping":
        this.#peer.send(pong);
    }
  }

  closed(): void {
    this.#service.connections--;
    for (const [member, hub] of this.#members) hub.leave(member);
  }

  #hubOf(topics: string | undefined): Hub<Claims> {
    return topics === undefined ? this.#service.relays : this.#service.rooms;
  }

  #subscribe(hub: Hub<Claims>, names: readonly string[]): void {
    const { maxTopics } = this.#service;
    for (const text of names) {
      const name = topicName(text);
      if (name === undefined) return this.#peer.close(badName);
      if (this.#memberOf(hub.topic(name)) !== undefined) continue;
      if (this.#members.size === maxTopics) return this.#peer.close(tooMany(maxTopics));
      const member = hub.join(this.#peer, name, { id: this.#id, info: noClaims });
      if (member === "full") return this.#peer.close(closeReasons.topicFull);
      this.#members.set(member, hub);
    }
  }

  #unsubscribe(hub: Hub<Claims>, names: readonly string[]): void {
    for (const text of names) {
      const member = this.#memberOf(topicOf(hub, text));
      if (member === undefined) continue;
      hub.leave(member);
      this.#members.delete(member);
    }
  }

  /** The protocol has no error: whoever publishes what is not delivered is told nothing. */
  #publish(
    text: string,
    rawTopic: string,
    data: string | undefined,
    own: string | undefined,
  ): void {
    const { rooms, isDirected } = this.#service;
    const topic = topicOf(rooms, textOf(rawTopic));
    if (topic === undefined) return;
    const sender = this.#memberOf(topic);
    const frame = withClients(text, own, topic.members.size);
    const to = isDirected ? this.#claimAndAim(sender, data) : "";
    if (to === "" || !this.#direct(topic, to, frame)) rooms.broadcast(topic, frame, sender);
  }

  /** Notes the `from` of a signal as the sender's. @returns its `to`, empty where there is none */
  #claimAndAim(sender: LocalMember<Claims> | undefined, data: string | undefined): string {
    const [to, rawFrom] = data === undefined ? [] : (rawMembersWithin(data, dataKeys) ?? []);
    const from = textOf(rawFrom);
    if (sender !== undefined && from !== "") {
      const claims = withClaim(sender.info, from);
      if (claims !== sender.info) this.#service.rooms.update(sender, claims);
    }
    return textOf(to);
  }

  /** Sends to those whose id `to` is. @returns false, and sends nothing, if it is nobody's */
  #direct(topic: Topic<Claims>, to: string, frame: string): boolean {
    const others = topic.members.values().filter(({ id }) => id !== this.#id);
    if (!others.some(({ info }) => isNamed(info, to))) return false;
    for (const { id, info } of topic.members.values())
      if (id !== this.#id && isClaimed(info, to))
        this.#service.rooms.relay(topic, this.#id, id, frame);
    return true;
  }

  #relay(rawTopic: string, rawPayload: string): void {
    const { relays } = this.#service;
    const topic = topicOf(relays, textOf(rawTopic));
    if (topic !== undefined) relays.broadcast(topic, relayFrame(rawTopic, rawPayload));
  }

  /** Its own place in a topic. */
  #memberOf(topic: Topic<Claims> | undefined): LocalMember<Claims> | undefined {
    const member = topic?.members.get(this.#id);
    return member?.peer === undefined ? undefined : member;
  }
}

function topicOf(hub: Hub<Claims>, text: string): Topic<Claims> | undefined {
  const name: TopicName | undefined = topicName(text);
  return name === undefined ? undefined : hub.topic(name);
}

// Mount

const onOff = oneOf(["on", "off"]);

const directed: Option<"on" | "off"> = {
  name: "y-webrtc-directed",
  placeholder: "on|off",
  schema: onOff,
  default: "on",
  help: "whether a y-webrtc signal goes only to the peers whose id it names, and not to the room",
};

const maxTopics: Option<number> = {
  name: "y-webrtc-max-topics",
  placeholder: "number",
  schema: integer(1, 1_000_000),
  default: 128,
  help: "topics of one y-webrtc connection; a further one closes it with 1008",
};

const status: Option<"on" | "off"> = {
  name: "y-webrtc-status",
  placeholder: "on|off",
  schema: onOff,
  default: "off",
  help: "whether /api/signaling/status tells everybody the names and sizes of all y-webrtc rooms",
};

function mount(node: Node, settings: Settings): Mount {
  const service: Service = {
    rooms: new Hub(node, "y-webrtc", {}),
    relays: new Hub(node, "y-webrtc-relay", {}),
    isDirected: settings(directed) === "on",
    maxTopics: settings(maxTopics),
    connections: 0,
  };
  const showsStatus = settings(status) === "on";
  const opening = (peer: Peer): Conversation => new YWebrtcConversation(service, peer);
  return {
    route: ({ url, isUpgrade }: Incoming) => {
      switch (url.pathname) {
        case "/signal":
          return isUpgrade ? opening : new Response("okay");
        case "/":
          return isUpgrade ? opening : undefined;
        case "/api/signaling/status":
          return showsStatus ? Response.json(statusOf(service)) : undefined;
        default:
          return undefined;
      }
    },
  };
}

function statusOf({ rooms, connections }: Service): object {
  const sizes = Array.from(rooms.topics, ({ name, members }) => [name, members.size]);
  return {
    status: "ok",
    connections,
    topics: sizes.length,
    topic_sizes: Object.fromEntries(sizes),
  };
}

const guide: Guide = {
  title: "Yjs",
  path: "/signal",
  about:
    "For Yjs with y-webrtc: name this server in the provider's options. Trystero's ws-relay works at the " +
    "same address.",
  snippets: [
    {
      client: "Yjs",
      language: "js",
      code: `import { WebrtcProvider } from "y-webrtc";

const provider = new WebrtcProvider("my-room", doc, { signaling: ["{ws}/signal"] });`,
    },
    {
      client: "Yjs, encrypted",
      language: "js",
      code: `// With a password the server sees neither addresses nor who talks to whom.
const provider = new WebrtcProvider("my-room", doc, {
  signaling: ["{ws}/signal"],
  password: "a secret of the room",
});`,
    },
    {
      client: "Trystero",
      language: "js",
      code: `import { joinRoom } from "@trystero-p2p/ws-relay";

const room = joinRoom({ appId: "my-app", relayConfig: { urls: ["{ws}/signal"] } }, "my-room");`,
    },
  ],
};

export const yWebrtc: Protocol = {
  name: "y-webrtc",
  guide,
  options: [directed, maxTopics, status],
  mount,
};
