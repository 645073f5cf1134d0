// The messages and frames of the PeerJS protocol, its errors and its reasons to close. Payloads are passed on as they
// were written. The sender's id is never taken from the client.

import type { CloseReason } from "../../core/close.ts";
import { ownString } from "../../core/own-string.ts";
import { outline, rawMembers, stringOf } from "../json/raw-members.ts";
import { isJson } from "../json/valid.ts";

/** A message to another client. `dst` and `payload` are JSON as the client wrote it; `to` is `dst` as text. */
export interface Directed {
  readonly type: "OFFER" | "ANSWER" | "CANDIDATE" | "LEAVE" | "EXPIRE";
  readonly to: string;
  readonly dst: string;
  readonly payload: string | undefined;
}

/** What a client has sent. */
export type PeerjsMessage =
  | Directed
  /** The client gives up its id. */
  | "goodbye"
  /** A sign of life, or a message that is ignored. */
  | "nothing"
  | "malformed";

const message = outline("type", "dst", "payload");

/** Values of `dst` that name nobody. */
const nobody: ReadonlySet<string | undefined> = new Set([undefined, "null", '""']);

export function parse(text: string): PeerjsMessage {
  const members = rawMembers(text, message);
  // JSON that is not an object is ignored. Any other text closes the socket.
  if (members === undefined) return isJson(text) ? "nothing" : "malformed";
  const [rawType = "", dst, payload] = members;
  const type = stringOf(rawType);
  switch (type) {
    case "LEAVE":
      if (nobody.has(dst)) return "goodbye";
      break;
    case "OFFER":
    case "ANSWER":
    case "CANDIDATE":
    case "EXPIRE":
      break;
    default:
      return "nothing";
  }
  const to = dst === undefined ? undefined : stringOf(dst);
  if (dst === undefined || to === undefined || to === "") return "nothing";
  return { type, to, dst, payload };
}

/** The receiver of a frame that the server has made, as a copy. */
export function targetOf(frame: string): string | undefined {
  const [, dst] = rawMembers(frame, message) ?? [];
  const to = dst === undefined ? undefined : stringOf(dst);
  return to === undefined ? undefined : ownString(to);
}

/** Why a client is refused. All texts but the last are those of PeerServer. */
export const refusals = {
  missing: "No id, token, or key supplied to websocket server",
  key: "Invalid key provided",
  taken: "ID is taken",
  full: "Server has reached its concurrent user limit",
  tooLong: "Id is longer than 255 bytes",
} as const;

export type OpenRefusal = keyof typeof refusals;

/** 1008 is "policy violation" in RFC 6455, 1013 "try again later" in IANA's registry. */
const refusalCodes = { missing: 1008, key: 1008, taken: 1008, tooLong: 1008, full: 1013 } as const;

/** Names for operators. */
const refusalNames = {
  missing: "incomplete-address",
  key: "wrong-key",
  taken: "id-taken",
  full: "realm-full",
  tooLong: "bad-id",
} as const;

const refused = (why: OpenRefusal): CloseReason => ({
  name: refusalNames[why],
  code: refusalCodes[why],
  reason: refusals[why],
});

/** Why the server closes a connection. */
export const closings = {
  malformed: { name: "malformed", code: 1007, reason: "not JSON" },
  takenOver: { name: "taken-over", code: 4000, reason: "another socket has taken over this id" },
  missing: refused("missing"),
  key: refused("key"),
  taken: refused("taken"),
  full: { ...refused("full"), retry: "later" },
  tooLong: refused("tooLong"),
} as const satisfies Record<string, CloseReason>;

export const frames = {
  open: '{"type":"OPEN"}',

  refused: (why: OpenRefusal) =>
    `{"type":"${why === "taken" ? "ID-TAKEN" : "ERROR"}","payload":{"msg":"${refusals[why]}"}}`,

  tooLarge: (maxBytes: number) =>
    `{"type":"ERROR","payload":{"msg":"Message is larger than ${maxBytes} bytes"}}`,

  /** @param src JSON, like `dst` and `payload` */
  message: (type: string, src: string, dst: string, payload: string | undefined) =>
    `{"type":"${type}","src":${src},"dst":${dst}${payload === undefined ? "" : `,"payload":${payload}`}}`,

  /** Tells `sender` that its messages to `missing` will not arrive. */
  expired: (missing: string, sender: string) =>
    `{"type":"EXPIRE","src":${JSON.stringify(missing)},"dst":${JSON.stringify(sender)}}`,
};
