// The messages and frames of the topic protocol. Text in, text out.

import type { CloseReason } from "../../core/close.ts";
import type { MemberId } from "../../core/ids.ts";
import type { LocalMember, Member } from "../../core/member.ts";
import type { IceGrant } from "../../ice/grant.ts";
import { outline, rawMembers, stringOf } from "../json/raw-members.ts";

/** What a member shows to the others: the JSON text that it gave, if it did. */
export type Metadata = string | undefined;

/** A message of a client. The payload is JSON as the client wrote it. */
export interface Signal {
  readonly type: string;
  readonly to: string;
  readonly payload: string | undefined;
  readonly msgId: string;
}

const signal = outline("type", "to", "payload", "msgId");

/** How a frame begins, by the types that are relayed. Few pieces: each costs a piece of memory until it is sent. */
const heads = new Map(
  ["offer", "answer", "ice-candidate"].map((type) => [type, `{"type":"${type}","from":"`]),
);

export const errors = {
  invalid_type: "unknown message type",
  missing_target: "to field required",
  target_not_found: "peer not found",
  dropped: "delivery failed",
  forbidden: "your token does not allow this",
  too_fast: "slow down",
} as const;

export type TopicErrorCode = keyof typeof errors;

export const malformed: CloseReason = {
  name: "malformed",
  code: 1007,
  reason: "failed to unmarshal JSON",
};

export const maxMetadataBytes = 4096;

/** @returns `undefined` if the text is not JSON or not an object, or if a field has the wrong type */
export function parse(text: string): Signal | undefined {
  const members = rawMembers(text, signal) ?? (isNull.test(text) ? [] : undefined);
  if (members === undefined) return undefined;
  const [rawType, rawTo, payload, rawMsgId] = members;
  const type = textOf(rawType);
  const to = textOf(rawTo);
  const msgId = textOf(rawMsgId);
  if (type === undefined || to === undefined || msgId === undefined) return undefined;
  return { type, to, payload, msgId };
}

/** As in the Go server, `null` in place of an object has no members, and in place of a text it is empty. */
const isNull = /^[ \t\r\n]*null[ \t\r\n]*$/;
const textOf = (raw: string | undefined): string | undefined =>
  raw === undefined || raw === "null" ? "" : stringOf(raw);

const withMetadata = (metadata: Metadata): string =>
  metadata === undefined ? "" : `,"metadata":${metadata}`;

/** A member in a list. */
export const entry = ({ id, info }: Member<Metadata>): string =>
  `{"id":"${id}"${withMetadata(info)}}`;

/** ICE servers, as members of JSON with a comma before each. */
export const iceMembers = (grant: IceGrant): string => `,${JSON.stringify(grant).slice(1, -1)}`;

export const frames = {
  /** @param more of it, as members of JSON with a comma before each */
  welcome: (id: MemberId, more = "") => `{"type":"welcome","selfId":"${id}"${more}}`,

  /** Fresh ICE servers. */
  ice: (grant: IceGrant) => `{"type":"ice"${iceMembers(grant)}}`,

  peerList: (member: LocalMember<Metadata>) =>
    `{"type":"peer-list","peers":[${member.topic.entries(member)}]}`,

  joined: ({ id, info }: Member<Metadata>) =>
    `{"type":"peer-joined","peerId":"${id}"${withMetadata(info)}}`,

  left: ({ id }: Member<Metadata>) => `{"type":"peer-left","peerId":"${id}"}`,

  /** @returns `undefined` if messages of this type are not relayed */
  signal: (from: MemberId, { type, payload, msgId }: Signal): string | undefined => {
    const head = heads.get(type);
    if (head === undefined) return undefined;
    const end = msgId === "" ? "}" : `${withMsgId(msgId)}}`;
    return payload === undefined
      ? `${head}${from}"${end}`
      : `${head}${from}","payload":${payload}${end}`;
  },

  error: (code: TopicErrorCode, msgId: string) =>
    `{"type":"error","code":"${code}","message":"${errors[code]}"${withMsgId(msgId)}}`,
};

const withMsgId = (msgId: string): string =>
  msgId === "" ? "" : `,"msgId":${JSON.stringify(msgId)}`;

/** Whether a text can be a member's metadata: JSON of at most `maxMetadataBytes` bytes. */
export function isMetadata(text: string): boolean {
  if (Buffer.byteLength(text) > maxMetadataBytes) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
