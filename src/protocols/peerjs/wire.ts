// What stands on the wire between a PeerJS client and its server. Payloads pass unread, as they are
// written; the sender's id is never taken from the client.

import type { CloseReason } from "../../core/close.ts";
import { ownString } from "../../core/own-string.ts";
import { outline, rawMembers, stringOf } from "../json/raw-members.ts";

/** To be passed on. `dst` and `payload` are JSON as the client wrote it, `to` is what `dst` spells. */
export interface Directed {
  readonly type: "OFFER" | "ANSWER" | "CANDIDATE" | "LEAVE" | "EXPIRE";
  readonly to: string;
  readonly dst: string;
  readonly payload: string | undefined;
}

/** What a client asks for. */
export type Message =
  | Directed
  /** Its id shall be free. */
  | "goodbye"
  /** A sign of life, or a word of another protocol. */
  | "nothing"
  | "malformed";

const message = outline("type", "dst", "payload");

/** What `dst` is where there is none. */
const nobody: ReadonlySet<string | undefined> = new Set([undefined, "null", '""']);

export function parse(text: string): Message {
  const members = rawMembers(text, message);
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

/** Whom a frame of ours is for; the text is not a part of the frame. */
export function targetOf(frame: string): string | undefined {
  const [, dst] = rawMembers(frame, message) ?? [];
  const to = dst === undefined ? undefined : stringOf(dst);
  return to === undefined ? undefined : ownString(to);
}

/** What is JSON but no object is no message, and no offence either. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Why a client is not let in, in the words of PeerServer but for the last. */
export const refusals = {
  missing: "No id, token, or key supplied to websocket server",
  key: "Invalid key provided",
  taken: "ID is taken",
  full: "Server has reached its concurrent user limit",
  tooLong: "Id is longer than 255 bytes",
} as const;

export type OpenRefusal = keyof typeof refusals;

/** Codes of RFC 6455 and IANA: may not come like this, may come later. */
const refusalCodes = { missing: 1008, key: 1008, taken: 1008, tooLong: 1008, full: 1013 } as const;

const refused = (why: OpenRefusal): CloseReason => ({
  code: refusalCodes[why],
  reason: refusals[why],
});

/** Why the server ends a connection. */
export const closings = {
  malformed: { code: 1007, reason: "not JSON" },
  takenOver: { code: 4000, reason: "another socket has taken over this id" },
  missing: refused("missing"),
  key: refused("key"),
  taken: refused("taken"),
  full: refused("full"),
  tooLong: refused("tooLong"),
} as const satisfies Record<string, CloseReason>;

export const frames = {
  open: '{"type":"OPEN"}',

  refused: (why: OpenRefusal) =>
    `{"type":"${why === "taken" ? "ID-TAKEN" : "ERROR"}","payload":{"msg":"${refusals[why]}"}}`,

  tooLarge: (maxBytes: number) =>
    `{"type":"ERROR","payload":{"msg":"Message is larger than ${maxBytes} bytes"}}`,

  /** @param src JSON, as are `dst` and `payload` */
  message: (type: string, src: string, dst: string, payload: string | undefined) =>
    `{"type":"${type}","src":${src},"dst":${dst}${payload === undefined ? "" : `,"payload":${payload}`}}`,

  /** What `sender` sent will not arrive: nobody of the id `missing` came. */
  expired: (missing: string, sender: string) =>
    `{"type":"EXPIRE","src":${JSON.stringify(missing)},"dst":${JSON.stringify(sender)}}`,
};
