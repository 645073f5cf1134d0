// What Ayame's clients read and write. Text in, text out: what passes from one to the other is not touched.

import type { CloseReason } from "../../core/close.ts";
import { type TopicName, topicName } from "../../core/ids.ts";
import { outline, rawMembers, stringOf } from "../json/raw-members.ts";

/** What a client sends. */
export type AyameMessage =
  | {
      readonly type: "register";
      readonly room: TopicName;
      /** Everything is to go from peer to peer once both are connected: there are no pings. */
      readonly isStandalone: boolean;
    }
  /** The frame itself is passed on: an offer, an answer or a candidate. */
  | { readonly type: "signal" }
  /** A client that is not standalone says it, too. */
  | { readonly type: "connected" }
  | { readonly type: "ping" }
  | { readonly type: "pong" };

export const closings = {
  malformed: { name: "malformed", code: 1008, reason: "not a JSON object" },
  unknownType: { name: "unknown-type", code: 1008, reason: "unknown message type" },
  badRoom: { name: "bad-room", code: 1008, reason: "roomId must be text of 1 to 255 bytes" },
  registeredTwice: { name: "registered-twice", code: 1008, reason: "registered already" },
  notRegistered: { name: "not-registered", code: 1008, reason: "register first" },
  full: { name: "room-full", code: 1000, reason: "full" },
  bye: { name: "other-left", code: 1000, reason: "the other one has left" },
  connected: { name: "connected", code: 1000, reason: "connected" },
} as const satisfies Record<string, CloseReason>;

const message = outline("type", "roomId", "standalone");

/** @returns the message, or why its socket is closed */
export function parse(text: string): AyameMessage | CloseReason {
  const members = rawMembers(text, message);
  if (members === undefined) return closings.malformed;
  const [type = "", room, standalone] = members;
  switch (stringOf(type)) {
    case "register": {
      const name = topicName(stringOf(room ?? "") ?? "");
      if (name === undefined) return closings.badRoom;
      return { type: "register", room: name, isStandalone: standalone === "true" };
    }
    case "offer":
    case "answer":
    case "candidate":
      return { type: "signal" };
    case "connected":
      return { type: "connected" };
    case "ping":
      return { type: "ping" };
    case "pong":
      return { type: "pong" };
    default:
      return closings.unknownType;
  }
}

/** What an `accept` says. */
export interface Accepted {
  readonly id: string;
  /** Whether somebody was there: then this one makes the offer. */
  readonly isSecond: boolean;
  /** None leaves the client its own. */
  readonly iceServers: readonly object[];
}

export const frames = {
  accept: ({ id, isSecond, iceServers }: Accepted) =>
    JSON.stringify({
      type: "accept",
      connectionId: id,
      ...(iceServers.length > 0 && { iceServers }),
      isExistClient: isSecond,
      isExistUser: isSecond,
    }),
  reject: (reason: string) => JSON.stringify({ type: "reject", reason }),
  bye: '{"type":"bye"}',
  ping: '{"type":"ping"}',
  pong: '{"type":"pong"}',
} as const;
