// What the room protocol reads and writes: its frames of five keys in both spellings, and the words with
// which it refuses and ends. Inside of the server every frame is spelled with underscores and has its
// sender first, so that each member hears it in its own way without it being read again.

import { serverId } from "../../auth/refusal.ts";
import type { CloseReason } from "../../core/close.ts";
import { type TopicName, topicName } from "../../core/ids.ts";
import type { Joining } from "../../core/member.ts";
import { outline, rawMembers, stringOf } from "../json/raw-members.ts";

export type Spelling = "underscore" | "hyphen";

/** What the others are shown of a user. */
export interface Participant {
  readonly userId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly joinedAt: number;
}

/** Types that always pass from client to client, spelled as inside the server. */
const signalingTypes = [
  "offer",
  "answer",
  "ice_candidate",
  "media_control",
  "screen_share_control",
  "chat_message",
  "hand_raise",
  "reaction",
  "network_stats",
];

/** Types that mean something to the server, or that clients believe to be its own. */
export const reservedTypes = ["room_state", "user_joined", "user_left", "error", "token"] as const;

/** A type as inside the server, where it is spelled with underscores. */
const underscored = (type: string): string => type.replaceAll("-", "_");

export const isTypeName = (text: string): boolean => /^[\w-]{0,63}[A-Za-z0-9]$/.test(text);

export const isReserved = (type: string): boolean =>
  reservedTypes.some((reserved) => reserved === underscored(type));

/** @param more types that pass beside those of signaling, in either spelling */
export const relayedWith = (more: readonly string[]): ReadonlySet<string> =>
  new Set([...signalingTypes, ...more.map(underscored)]);

/** What a client sends. */
export type Message =
  | {
      readonly type: string;
      /** Both are JSON as the client wrote it. */
      readonly payload: string;
      readonly timestamp: string | undefined;
      /** The one user that it is for. */
      readonly target: string | undefined;
    }
  | { readonly type: "token"; readonly token: string };

const message = outline("type", "timestamp", ["payload", ["target_user_id", "token"]]);

/**
 * @param relayed the types that pass
 * @returns the message, or what is wrong with it
 */
export function parse(text: string, relayed: ReadonlySet<string>): Message | string {
  const members = rawMembers(text, message);
  if (members === undefined) return "a message is a JSON object";
  const [rawType = "", timestamp, payload = "", rawTarget = "null", rawToken = ""] = members;
  const type = underscored(stringOf(rawType) ?? "");
  if (type !== "token" && !relayed.has(type)) return "this type is not relayed";
  if (!payload.startsWith("{")) return "payload must be an object";
  if (type === "token") {
    const token = stringOf(rawToken);
    return token === undefined ? "token must be a text" : { type, token };
  }
  const target = rawTarget === "null" ? undefined : stringOf(rawTarget);
  if (target === undefined && rawTarget !== "null") return "target_user_id must be a text";
  const isText = timestamp?.startsWith('"') === true;
  return { type, payload, timestamp: isText ? timestamp : undefined, target };
}

/** A room's name as it stands in a path: nothing of it is altered, which could merge two rooms. */
export const roomName = (segment: string): TopicName | undefined =>
  /^[A-Za-z0-9_-]{1,100}$/.test(segment) ? topicName(segment) : undefined;

export type ErrorCode =
  | "INVALID_MESSAGE"
  | "RATE_LIMIT_EXCEEDED"
  | "TARGET_NOT_FOUND"
  | "DELIVERY_FAILED"
  | "ROOM_FULL"
  | "INTERNAL_ERROR";

export const closings = {
  badRoom: { code: 1008, reason: "invalid room id" },
  badSpelling: { code: 1008, reason: "spelling must be underscore or hyphen" },
  full: { code: 1008, reason: "Room full" },
  replaced: { code: 4003, reason: "replaced by a newer connection" },
} as const satisfies Record<string, CloseReason>;

/** A time as the server writes it: RFC 3339, in UTC. */
const written = (time: number): string => new Date(time).toISOString();

const timeNow = (): string => written(Date.now());

/** @param payload JSON, as is `timestamp` */
const frame = (
  type: string,
  room: TopicName,
  payload: string,
  sender = serverId,
  timestamp = `"${timeNow()}"`,
): string =>
  `{"type":"${type}","sender_id":${JSON.stringify(sender)},"room_id":"${room}","timestamp":${timestamp},"payload":${payload}}`;

const shown = ({ userId, name, joinedAt }: Participant): object => ({
  user_id: userId,
  username: name,
  joined_at: written(joinedAt),
});

/** A room's list, in a frame and by REST alike. */
export const roomState = (room: TopicName, participants: readonly Participant[]): object => ({
  room_id: room,
  participants: participants.map(shown),
  participant_count: participants.length,
});

const event = ({ userId, name }: Participant): string =>
  JSON.stringify({ user_id: userId, username: name, timestamp: timeNow() });

export const frames = {
  relayed: frame,

  state: (room: TopicName, participants: readonly Participant[]) =>
    frame("room_state", room, JSON.stringify(roomState(room, participants))),

  joined: (room: TopicName, participant: Participant) =>
    frame("user_joined", room, event(participant)),

  left: (room: TopicName, participant: Participant) => frame("user_left", room, event(participant)),

  error: (room: TopicName, code: ErrorCode, message: string, details: object = {}) =>
    frame("error", room, JSON.stringify({ code, message, details })),
};

/** A frame, and what its receivers ask of it, found once for all of them. */
class RenderedFrame {
  readonly frame: string;
  readonly sender: string;
  readonly #typeEnd: number;
  #hyphenated: string | undefined;

  constructor(frame: string) {
    this.frame = frame;
    this.#typeEnd = frame.indexOf('"', typeStart);
    const start = this.#typeEnd + senderKey.length;
    // In a text, quotes have a backslash before them: this is the key.
    this.sender = senderIn(frame.slice(start, frame.indexOf(roomKey, start)));
  }

  get hyphenated(): string {
    this.#hyphenated ??=
      this.frame.slice(0, this.#typeEnd).replaceAll("_", "-") + this.frame.slice(this.#typeEnd);
    return this.#hyphenated;
  }
}

/** A frame of another node may be anything: then it has no sender. */
function senderIn(raw: string): string {
  try {
    return stringOf(raw) ?? "";
  } catch {
    return "";
  }
}

const typeStart = '{"type":"'.length;
const senderKey = '","sender_id":';
const roomKey = ',"room_id":"';

/** A frame is given to its receivers one after another. */
let latest: RenderedFrame | undefined;

function rendered(frame: string): RenderedFrame {
  if (latest?.frame !== frame) latest = new RenderedFrame(frame);
  return latest;
}

type Render = NonNullable<Joining<Participant>["render"]>;

/** Members get frames in their spelling, and none of their own user's. */
export const renderers: Readonly<Record<Spelling, Render>> = {
  underscore: (frame, { info }) => (rendered(frame).sender === info.userId ? undefined : frame),
  hyphen(frame, { info }) {
    const { sender, hyphenated } = rendered(frame);
    return sender === info.userId ? undefined : hyphenated;
  },
};
