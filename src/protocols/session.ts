// The session protocol, GET /ws: that of Synopticon, whose clients work here unchanged. A session seeks
// others by a broadcast; whoever that concerns then sends offers, answers and candidates to it alone.
// Who is a broadcaster and who a receiver is the clients' business, and so is what they say.

import type { CloseReason } from "../core/close.ts";
import { Hub, type Outcome } from "../core/hub.ts";
import {
  type MemberId,
  maxTopicNameBytes,
  memberId,
  type TopicName,
  topicName,
} from "../core/ids.ts";
import type { Node } from "../core/node.ts";
import type { Peer } from "../core/peer.ts";
import type { LocalMember, Sender } from "../core/topic.ts";
import { integer, type Option, type Settings } from "../option.ts";
import { rawMembers, withMember } from "./json.ts";
import type { Conversation, Guide, Mount, Protocol, ProtocolLog } from "./protocol.ts";
import {
  type Configuration,
  closings,
  descriptions,
  type ErrorCode,
  frames,
  isForAll,
  keys,
  maxConfigured,
  maxErrors,
  merged,
  signals,
  spelled,
  unconfigured,
} from "./session-wire.ts";

const secondsSince = (ms: number): number => Math.max(0, Math.round((Date.now() - ms) / 1000));

// Conversation

class SessionConversation implements Conversation, Sender {
  readonly #sessions: Sessions;
  readonly #member: LocalMember<null>;
  readonly #since = Date.now();
  /** As JSON, which takes less than the objects. */
  #configuration = JSON.stringify(unconfigured);
  #messageCount = 0;
  #errors = 0;

  constructor(sessions: Sessions, member: LocalMember<null>) {
    this.#sessions = sessions;
    this.#member = member;
  }

  receive(text: string): void {
    this.#messageCount++;
    const members = rawMembers(text, keys);
    if (members === undefined) return this.#fail("Message is not a JSON object");
    const [rawType = "undefined", target = "null", timestamp, ...configuration] = members;
    const type = spelled(rawType);
    if (signals.has(type)) return this.#signal(type, target, text);
    switch (type) {
      case "ping":
        return this.#send(frames.pong(this.#member.id, timestamp));
      case "status":
        return this.#status();
      case "configure":
        return this.#configure(configuration);
      default:
        return this.#fail(`Unknown message type: ${type}`);
    }
  }

  closed(): void {
    this.#sessions.end(this.#member);
  }

  /**
   * Says on the wire what became of a message to one session, at once or when another node has answered.
   * @param target as its sender spelled it
   */
  answered(target: string, outcome: Outcome): void {
    switch (outcome) {
      case "sent":
      case "queued":
        return;
      case "dropped":
        return this.#refuse(`Message to session dropped: ${target}`, "DROPPED");
      case "absent":
        return this.#refuse(`Target session not found: ${target}`, "TARGET_NOT_FOUND");
      default:
        outcome satisfies never;
    }
  }

  #signal(type: string, rawTarget: string, text: string): void {
    const { id, topic } = this.#member;
    const { hub } = this.#sessions;
    const frame = withMember(text, "sourceSession", `"${id}"`);
    if (isForAll(rawTarget)) {
      if (descriptions.has(type)) this.#sessions.countUntargeted();
      return hub.broadcast(topic, frame, this.#member);
    }
    const target = spelled(rawTarget);
    this.answered(target, hub.relay(topic, id, target, frame, target));
  }

  #status(): void {
    const { id } = this.#member;
    const session = {
      id,
      messageCount: this.#messageCount,
      errors: this.#errors,
      age: secondsSince(this.#since),
    };
    this.#send(frames.status(id, this.#sessions.status, session));
  }

  #configure([requirements = "null", settings = "null"]: readonly (string | undefined)[]): void {
    const tooMuch = `Configuration over ${maxConfigured} characters`;
    // First, so that what is parsed here is never as deep as a whole frame can be.
    if (requirements.length + settings.length > maxConfigured) return this.#fail(tooMuch);
    const before: Configuration = JSON.parse(this.#configuration);
    const configuration = {
      requirements: merged(before.requirements, requirements),
      settings: merged(before.settings, settings),
    };
    const kept = JSON.stringify(configuration);
    if (kept.length > maxConfigured) return this.#fail(tooMuch);
    this.#configuration = kept;
    this.#send(frames.configured(this.#member.id, configuration));
  }

  #send(frame: string): void {
    this.#member.peer.send(frame);
  }

  #refuse(text: string, code: ErrorCode): void {
    this.#send(frames.error(this.#member.id, text, code));
  }

  /** An error of the client's own making. */
  #fail(text: string): void {
    this.#errors++;
    this.#refuse(text, "MESSAGE_HANDLING_ERROR");
    if (this.#errors >= maxErrors) this.#member.peer.close(closings.tooManyErrors);
  }
}

// Mount

/** Milliseconds between two warnings of offers and answers without a target, at least. */
const warnMs = 60_000;

/** Every session on this node, whatever its space. */
class Sessions {
  readonly hub: Hub<null>;
  readonly #limit: number;
  readonly #log: ProtocolLog;
  readonly #since = Date.now();
  #active = 0;
  #total = 0;
  #untargeted = 0;
  #warnedAt = 0;

  constructor(node: Node, limit: number, log: ProtocolLog) {
    this.hub = new Hub(node, "session", {});
    this.#limit = limit;
    this.#log = log;
  }

  get status(): object {
    return {
      uptime: secondsSince(this.#since),
      activeConnections: this.#active,
      totalSessions: this.#total,
    };
  }

  begin(peer: Peer, space: TopicName): Conversation | CloseReason {
    if (this.#limit > 0 && this.#active >= this.#limit) return closings.overloaded;
    const id = newSessionId();
    const member = this.hub.join(peer, space, { id, info: null });
    if (member === "full") return closings.overloaded;
    this.#active++;
    this.#total++;
    const conversation = new SessionConversation(this, member);
    member.sender = conversation;
    peer.send(frames.connected(id));
    return conversation;
  }

  end(member: LocalMember<null>): void {
    this.#active--;
    this.hub.leave(member);
  }

  /** An offer or answer without a target: it goes to everybody, and the operator is told now and then. */
  countUntargeted(): void {
    this.#untargeted++;
    if (Date.now() - this.#warnedAt < warnMs) return;
    this.#warnedAt = Date.now();
    this.#log.warn({ count: this.#untargeted }, "offers or answers without targetSession, so far");
  }
}

/** 64 random bits beside the time: unique on all nodes. */
function newSessionId(): MemberId {
  const random = crypto.getRandomValues(new Uint8Array(8)).toHex();
  return memberId(`ws_${Date.now()}_${random}`);
}

const defaultSpace = "default";

function mount(node: Node, settings: Settings, log: ProtocolLog): Mount {
  const sessions = new Sessions(node, settings(maxSessions), log);
  return {
    patience: { silentSeconds: settings(sessionIdleSeconds), gone: closings.idle },
    route: ({ url }) => {
      if (url.pathname !== "/ws") return undefined;
      const space = topicName(url.searchParams.get("space") || defaultSpace);
      return space === undefined ? spaceTooLong() : (peer) => sessions.begin(peer, space);
    },
  };
}

const spaceTooLong = (): Response =>
  new Response(`the space must be at most ${maxTopicNameBytes} bytes\n`, { status: 400 });

const maxSessions: Option<number> = {
  name: "max-sessions",
  placeholder: "number",
  schema: integer(0, 10_000_000),
  default: 0,
  help: "sessions of /ws at one time, a further one is closed with 1013; 0 for no limit",
};

const sessionIdleSeconds: Option<number> = {
  name: "session-idle-seconds",
  placeholder: "seconds",
  schema: integer(2, 86_400),
  default: 300,
  help: "silence after which a session of /ws, which no ping wakes, is closed with 1000",
};

const guide: Guide = {
  title: "Sessions",
  path: "/ws",
  about:
    "The protocol of Synopticon: seek by a broadcast, then negotiate with one session. " +
    "Add ?space=name to keep broadcasts among those of one space.",
  snippets: [
    {
      client: "Browser",
      language: "js",
      code: `const socket = new WebSocket("{ws}/ws?space=my-space");
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  // connected {sessionId}, error {error, errorCode}, and from other sessions:
  // webrtc_seek_broadcaster, webrtc_offer | webrtc_answer {sdp}, webrtc_ice {candidate},
  // each with sourceSession: where to send the answer to
};
const send = (message) => socket.send(JSON.stringify(message));
// once connected: send({ type: "webrtc_seek_broadcaster" });
// then to one: send({ type: "webrtc_answer", targetSession: message.sourceSession, sdp });`,
    },
  ],
};

export const session: Protocol = {
  name: "session",
  guide,
  options: [maxSessions, sessionIdleSeconds],
  mount,
};
