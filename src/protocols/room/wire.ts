// The messages and frames of the room protocol in both spellings, its errors and its reasons to close. Inside the
// server, types are spelled with underscores and the sender comes right after the type, so that a frame can be
// rewritten for each member without reading it again.

import { serverId } from "../../auth/refusal.ts";
import type { CloseReason } from "../../core/close.ts";
import { type TopicName, topicName } from "../../core/ids.ts";
import type { Joining } from "../../core/member.ts";
import { outline, rawMembers, stringOf } from "../json/raw-members.ts";

export type Spelling = "underscore" | "hyphen";

/** What others see of a user. */
export interface Participant {
  readonly userId: string;
  readonly name: string;
  /** When the user's first connection was opened, in milliseconds since 1970. */
  readonly joinedAt: number;
  /** When this connection was opened. Later than all connections of the user that were known then. */
  readonly openedAt: number;
}

/** Types that are always relayed, with underscores. */
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

/** Types that only the server sends, or that it handles itself. They can never be relayed. */
export const reservedTypes = ["room_state", "user_joined", "user_left", "error", "token"] as const;

/** The spelling that is used inside the server. */
const underscored = (type: string): string => type.replaceAll("-", "_");

export const isTypeName = (text: string): boolean => /^[\w-]{0,63}[A-Za-z0-9]$/.test(text);

export const isReserved = (type: string): boolean =>
  reservedTypes.some((reserved) => reserved === underscored(type));

/** All types that are relayed. @param more those beside signaling, in either spelling */
export const relayedWith = (more: readonly string[]): ReadonlySet<string> =>
  new Set([...signalingTypes, ...more.map(underscored)]);

/** A message of a client. */
export type RoomMessage =
  | {
      readonly type: string;
      /** JSON as the client wrote it, like `timestamp`. */
      readonly payload: string;
      readonly timestamp: string | undefined;
      /** The user that it is for. Unset: everybody else in the room. */
      readonly target: string | undefined;
    }
  | { readonly type: "token"; readonly token: string };

const message = outline("type", "timestamp", ["payload", ["target_user_id", "token"]]);

/**
 * Reads a message.
 * @param relayed the types that are relayed, with underscores
 * @returns the message, or what is wrong with it
 */
export function parse(text: string, relayed: ReadonlySet<string>): RoomMessage | string {
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

/** The name of a room in a path, or `undefined` for a bad one. A name is never altered: that could merge two rooms. */
export const roomName = (segment: string): TopicName | undefined =>
  /^[A-Za-z0-9_-]{1,100}$/.test(segment) ? topicName(segment) : undefined;

export type RoomErrorCode =
  | "INVALID_MESSAGE"
  | "RATE_LIMIT_EXCEEDED"
  | "TARGET_NOT_FOUND"
  | "DELIVERY_FAILED"
  | "FORBIDDEN"
  | "ROOM_FULL"
  | "INTERNAL_ERROR";

export const closings = {
  badRoom: { name: "bad-room", code: 1008, reason: "invalid room id" },
  badSpelling: {
    name: "bad-spelling",
    code: 1008,
    reason: "spelling must be underscore or hyphen",
  },
  full: { name: "room-full", code: 1008, reason: "Room full", retry: "later" },
  replaced: { name: "replaced", code: 4003, reason: "replaced by a newer connection" },
} as const satisfies Record<string, CloseReason>;

/** A time in RFC 3339, in UTC. */
const written = (time: number): string => new Date(time).toISOString();

const timeNow = (): string => written(Date.now());

/** @param payload JSON, like `timestamp` */
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

/** The list of a room, the same in a frame and by REST. */
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

  error: (room: TopicName, code: RoomErrorCode, message: string, details: object = {}) =>
    frame("error", room, JSON.stringify({ code, message, details })),
};

/** A frame with its sender and its other spelling, which are found once for all receivers. */
class RenderedFrame {
  readonly frame: string;
  readonly sender: string;
  readonly #typeEnd: number;
  #hyphenated: string | undefined;

  constructor(frame: string) {
    this.frame = frame;
    this.#typeEnd = frame.indexOf('"', typeStart);
    const start = this.#typeEnd + senderKey.length;
    // Inside a text, quotes have a backslash before them, so this finds the key.
    this.sender = senderIn(frame.slice(start, frame.indexOf(roomKey, start)));
  }

  get hyphenated(): string {
    this.#hyphenated ??=
      this.frame.slice(0, this.#typeEnd).replaceAll("_", "-") + this.frame.slice(this.#typeEnd);
    return this.#hyphenated;
  }
}

/** @returns an empty text if a frame of another node has no good sender */
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

/** The frame that was rendered last: a frame is given to all of its receivers one after another. */
let latest: RenderedFrame | undefined;

function rendered(frame: string): RenderedFrame {
  if (latest?.frame !== frame) latest = new RenderedFrame(frame);
  return latest;
}

type Render = NonNullable<Joining<Participant>["render"]>;

/** Give members frames in their spelling, and skip frames that their own user has sent. */
export const renderers: Readonly<Record<Spelling, Render>> = {
  underscore: (frame, { info }) => (rendered(frame).sender === info.userId ? undefined : frame),
  hyphen(frame, { info }) {
    const { sender, hyphenated } = rendered(frame);
    return sender === info.userId ? undefined : hyphenated;
  },
};
