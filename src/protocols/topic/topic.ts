// The topic protocol, GET /ws/{topic}: the server's own, and that of the Go server lanscape, whose
// browser and Go clients work here unchanged. A client joins the topic it connects to, is told who else
// is there, and sends offers, answers and candidates to one member at a time.

import { type CloseReason, notJoined } from "../../core/close.ts";
import { Hub, type Outcome } from "../../core/hub.ts";
import { type MemberId, newMemberId, type TopicName, topicName } from "../../core/ids.ts";
import type { Node } from "../../core/node.ts";
import type { Peer } from "../../core/peer.ts";
import type { LocalMember, Member, Sender } from "../../core/topic.ts";
import { outline, rawMembers, stringOf } from "../json/raw-members.ts";
import type { Conversation, Guide, Incoming, Mount, Opening, Protocol } from "../protocol.ts";

// Wire

/** What a member shows the others: its metadata as the JSON text it gave, or nothing. */
type Metadata = string | undefined;

/** What a client sends, with the payload as it wrote it. */
interface Signal {
  readonly type: string;
  readonly to: string;
  readonly payload: string | undefined;
  readonly msgId: string;
}

const signal = outline("type", "to", "payload", "msgId");

const relayed: ReadonlySet<string> = new Set(["offer", "answer", "ice-candidate"]);

const errors = {
  invalid_type: "unknown message type",
  missing_target: "to field required",
  target_not_found: "peer not found",
  dropped: "delivery failed",
} as const;

const malformed: CloseReason = { code: 1007, reason: "failed to unmarshal JSON" };

const maxMetadataBytes = 4096;

/** @returns nothing for what is not JSON, not an object, or has a field of a wrong type */
function parse(text: string): Signal | undefined {
  const members = rawMembers(text, signal) ?? (isNull.test(text) ? [] : undefined);
  if (members === undefined) return undefined;
  const [rawType, rawTo, payload, rawMsgId] = members;
  const type = textOf(rawType);
  const to = textOf(rawTo);
  const msgId = textOf(rawMsgId);
  if (type === undefined || to === undefined || msgId === undefined) return undefined;
  return { type, to, payload, msgId };
}

/** As for the Go server, null is an object without members, and a text that is null is empty. */
const isNull = /^[ \t\r\n]*null[ \t\r\n]*$/;
const textOf = (raw: string | undefined): string | undefined =>
  raw === undefined || raw === "null" ? "" : stringOf(raw);

const withMetadata = (metadata: Metadata): string =>
  metadata === undefined ? "" : `,"metadata":${metadata}`;

const frames = {
  welcome: (id: MemberId) => `{"type":"welcome","selfId":"${id}"}`,

  peerList: ({ id, topic }: LocalMember<Metadata>) => {
    const others = [];
    for (const member of topic.members.values())
      if (member.id !== id) others.push(`{"id":"${member.id}"${withMetadata(member.info)}}`);
    return `{"type":"peer-list","peers":[${others.join(",")}]}`;
  },

  joined: ({ id, info }: Member<Metadata>) =>
    `{"type":"peer-joined","peerId":"${id}"${withMetadata(info)}}`,

  left: ({ id }: Member<Metadata>) => `{"type":"peer-left","peerId":"${id}"}`,

  /** @param payload JSON as the sender wrote it */
  signal: (type: string, from: MemberId, payload: string | undefined, msgId: string) =>
    `{"type":"${type}","from":"${from}"${payload === undefined ? "" : `,"payload":${payload}`}${withMsgId(msgId)}}`,

  error: (code: keyof typeof errors, msgId: string) =>
    `{"type":"error","code":"${code}","message":"${errors[code]}"${withMsgId(msgId)}}`,
};

const withMsgId = (msgId: string): string =>
  msgId === "" ? "" : `,"msgId":${JSON.stringify(msgId)}`;

// Conversation

class TopicConversation implements Conversation, Sender {
  readonly #hub: Hub<Metadata>;
  readonly #member: LocalMember<Metadata>;

  constructor(hub: Hub<Metadata>, member: LocalMember<Metadata>) {
    this.#hub = hub;
    this.#member = member;
  }

  receive(text: string): void {
    const { id, peer, topic } = this.#member;
    const message = parse(text);
    if (message === undefined) return peer.close(malformed);
    const { type, to, payload, msgId } = message;
    if (!relayed.has(type)) return this.#refuse("invalid_type", msgId);
    if (to === "") return this.#refuse("missing_target", msgId);
    const frame = frames.signal(type, id, payload, msgId);
    this.answered(msgId, this.#hub.relay(topic, id, to, frame, msgId));
  }

  closed(): void {
    this.#hub.leave(this.#member);
  }

  /** Says on the wire what became of a relay, at once or when another node has answered. */
  answered(msgId: string, outcome: Outcome): void {
    switch (outcome) {
      case "sent":
      case "queued":
        return;
      case "dropped":
        return this.#refuse("dropped", msgId);
      case "absent":
        return this.#refuse("target_not_found", msgId);
      default:
        outcome satisfies never;
    }
  }

  #refuse(code: keyof typeof errors, msgId: string): void {
    this.#member.peer.send(frames.error(code, msgId));
  }
}

// Mount

function open(
  hub: Hub<Metadata>,
  peer: Peer,
  name: TopicName,
  info: Metadata,
): Conversation | CloseReason {
  const id = newMemberId();
  const member = hub.join(peer, name, { id, info });
  if (typeof member === "string") return notJoined[member];
  const conversation = new TopicConversation(hub, member);
  member.sender = conversation;
  peer.send(frames.welcome(id));
  peer.send(frames.peerList(member));
  return conversation;
}

function mount(node: Node): Mount {
  const hub = new Hub<Metadata>(node, "topic", {
    joined: frames.joined,
    left: frames.left,
    picture: frames.peerList,
  });
  return {
    route: ({ url }: Incoming): Response | Opening | undefined => {
      const [, segment] = /^\/ws\/([^/]+)$/.exec(url.pathname) ?? [];
      if (segment === undefined) return undefined;
      const name = decodeTopic(segment);
      if (name === undefined) return refuse("the topic must be 1 to 255 bytes, percent-encoded");
      const metadata = url.searchParams.get("metadata") ?? undefined;
      if (metadata !== undefined && !isMetadata(metadata))
        return refuse(`metadata must be JSON of at most ${maxMetadataBytes} bytes`);
      return (peer) => {
        // Nobody is shown a list before it is known who is on other nodes.
        const known = hub.watch(name);
        const begin = (): ReturnType<Opening> => open(hub, peer, name, metadata);
        return known === undefined ? begin() : known.then(() => begin);
      };
    },
  };
}

const refuse = (why: string): Response => new Response(`${why}\n`, { status: 400 });

function decodeTopic(segment: string): TopicName | undefined {
  try {
    return topicName(decodeURIComponent(segment));
  } catch {
    return undefined;
  }
}

function isMetadata(text: string): boolean {
  if (Buffer.byteLength(text) > maxMetadataBytes) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const guide: Guide = {
  title: "Topics",
  path: "/ws/{topic}",
  about:
    "The native protocol, and that of lanscape: join a topic, see who is there, and send offers, " +
    "answers and candidates to one peer.",
  snippets: [
    {
      client: "Browser",
      language: "js",
      code: `const socket = new WebSocket("{ws}/ws/my-topic");
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  // welcome {selfId}, peer-list {peers}, peer-joined {peerId}, peer-left {peerId},
  // offer | answer | ice-candidate {from, payload}, error {code, message}
};
const send = (type, to, payload) => socket.send(JSON.stringify({ type, to, payload }));`,
    },
  ],
};

export const topic: Protocol = { name: "topic", guide, options: [], mount };
