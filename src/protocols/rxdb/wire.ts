// What RxDB's WebRTC replication reads and writes. Text in, text out.

import { type CloseReason, closeReasons } from "../../core/close.ts";
import { type MemberId, memberId, type TopicName, topicNameWithin } from "../../core/ids.ts";
import { outline, rawMembers, stringOf } from "../json/raw-members.ts";

/** What a client sends. */
export type RxdbMessage =
  | { readonly type: "join"; readonly room: TopicName }
  /** The frame itself is passed on. `to` is empty if it names nobody. */
  | { readonly type: "signal"; readonly from: string; readonly to: string }
  | { readonly type: "ping" };

/** Lengths of a room that RxDB's own server takes, in UTF-16 units. */
const minRoomLength = 6;
const maxRoomLength = 99;

/** What a room may take in UTF-8: at most 3 bytes for a UTF-16 unit. */
export const maxRoomBytes = maxRoomLength * 3;

export const closings = {
  malformed: { name: "malformed", code: 1008, reason: "not a JSON object" },
  unknownType: { name: "unknown-type", code: 1008, reason: "unknown message type" },
  badRoom: {
    name: "bad-room",
    code: 1008,
    reason: `a room must be text of ${minRoomLength} to ${maxRoomLength} characters`,
  },
  spoofed: { name: "spoofed", code: 1008, reason: "senderPeerId is not yours" },
  roomFull: closeReasons.topicFull,
} as const satisfies Record<string, CloseReason>;

export const tooManyRooms = (max: number): CloseReason => ({
  name: "too-many-rooms",
  code: 1008,
  reason: `more than ${max} rooms on one connection`,
});

const message = outline("type", "room", "senderPeerId", "receiverPeerId");

/** @returns the message, or why its socket is closed */
export function parse(text: string): RxdbMessage | CloseReason {
  const members = rawMembers(text, message);
  if (members === undefined) return closings.malformed;
  const [type, room, sender, receiver] = members;
  switch (textOf(type)) {
    case "join":
      return joinOf(textOf(room));
    case "signal":
      return { type: "signal", from: textOf(sender), to: textOf(receiver) };
    case "ping":
      return { type: "ping" };
    default:
      return closings.unknownType;
  }
}

function joinOf(text: string): RxdbMessage | CloseReason {
  const isFit = text.length >= minRoomLength && text.length <= maxRoomLength;
  const room = isFit ? topicNameWithin(text, maxRoomBytes) : undefined;
  return room === undefined ? closings.badRoom : { type: "join", room };
}

const textOf = (raw: string | undefined): string =>
  raw === undefined ? "" : (stringOf(raw) ?? "");

const idLength = 12;
const letters = "abcdefghijklmnopqrstuvwxyz";

/** As RxDB's server makes them: 56 random bits. */
export function newId(): MemberId {
  const random = crypto.getRandomValues(new Uint32Array(idLength));
  return memberId(Array.from(random, (each) => letters[each % letters.length]).join(""));
}

/** Whether another node may have made an id. */
export const isId = (text: string): boolean => /^[a-z]{12}$/.test(text);

export const frames = {
  init: (id: MemberId) => `{"type":"init","yourPeerId":"${id}"}`,

  /** What the list says of one member. Ids are letters only. */
  entry: ({ id }: { readonly id: string }) => `"${id}"`,

  joined: (ids: Iterable<string>) =>
    `{"type":"joined","otherPeerIds":[${Array.from(ids, (id) => frames.entry({ id })).join()}]}`,
};
