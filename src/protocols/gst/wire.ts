// What GStreamer's webrtcsink, webrtcsrc and gstwebrtc-api read and write. Text in, text out.

import type { MemberId } from "../../core/ids.ts";
import { hasRepeatedKey, outline, rawMembers, stringOf } from "../json/raw-members.ts";
import { isDeep } from "../json/valid.ts";
import { isReadable, isReadableMeta } from "./readable.ts";
import { type GstRegistration, type Role, roleNames, type Status } from "./registration.ts";

export type Version = "v1_0" | "v1_1";

/** What a client sends. */
export type GstMessage =
  | { readonly type: "setProtocolVersion"; readonly version: Version }
  | { readonly type: "setPeerStatus"; readonly status: Status }
  | { readonly type: "list" | "listConsumers" }
  /** `offer` is JSON: a string, or null. */
  | { readonly type: "startSession"; readonly peerId: string; readonly offer: string }
  /** The frame itself is passed on. */
  | {
      readonly type: "peer";
      readonly sessionId: string;
      readonly holds: "offer" | "answer" | "ice";
    }
  /** `error` is JSON: a string, or null. */
  | { readonly type: "endSession"; readonly sessionId: string; readonly error: string };

const message = outline(
  ...["type", "version", "roles", "meta", "peerId", "offer", "sessionId", "error"],
  ["sdp", ["type", "sdp"]],
  ["ice", ["candidate", "sdpMLineIndex"]],
);

/** @returns nothing for what GStreamer's own server cannot read either */
export function parse(text: string): GstMessage | undefined {
  const members = rawMembers(text, message);
  if (members === undefined) return undefined;
  const [type, version, roles, meta = "null", peerId, offer, sessionId, error] = members;
  switch (textOf(type)) {
    case "setProtocolVersion":
      return versionOf(textOf(version));
    case "setPeerStatus":
      return statusOf(roles, meta);
    case "list":
      return { type: "list" };
    case "listConsumers":
      return { type: "listConsumers" };
    case "startSession":
      return startOf(textOf(peerId), optionalText(offer));
    case "peer":
      return peerOf(text, textOf(sessionId), members.slice(8));
    case "endSession":
      return endOf(textOf(sessionId), "null");
    case "endSessionV1_1":
      return endOf(textOf(sessionId), optionalText(error));
    default:
      return undefined;
  }
}

const versionOf = (version: string | undefined): GstMessage | undefined =>
  version === "v1_0" || version === "v1_1" ? { type: "setProtocolVersion", version } : undefined;

function statusOf(rawRoles: string | undefined, meta: string): GstMessage | undefined {
  const roles = rolesOf(rawRoles);
  if (roles === undefined || !isReadableMeta(meta)) return undefined;
  return { type: "setPeerStatus", status: { roles, meta } };
}

function rolesOf(raw: string | undefined): readonly Role[] | undefined {
  const given: unknown = raw === undefined || isDeep(raw) ? undefined : JSON.parse(raw);
  if (!Array.isArray(given)) return undefined;
  const roles = [...new Set(given)].map((each) => roleNames.find((name) => name === each));
  return roles.every((role) => role !== undefined) ? roles : undefined;
}

const startOf = (peerId: string | undefined, offer: string | undefined): GstMessage | undefined =>
  peerId === undefined || offer === undefined ? undefined : { type: "startSession", peerId, offer };

const endOf = (sessionId: string | undefined, error: string | undefined): GstMessage | undefined =>
  sessionId === undefined || error === undefined
    ? undefined
    : { type: "endSession", sessionId, error };

/** It reaches the other side as it is, so that it must be plain to all who read it there. */
function peerOf(
  text: string,
  sessionId: string | undefined,
  [sdp, type, description, ice, candidate, lineIndex]: readonly (string | undefined)[],
): GstMessage | undefined {
  if (sessionId === undefined || (sdp === undefined) === (ice === undefined)) return undefined;
  if (hasRepeatedKey(text, message) || !isReadable(text)) return undefined;
  if (ice !== undefined)
    return isString(candidate) && isLineIndex(lineIndex)
      ? { type: "peer", sessionId, holds: "ice" }
      : undefined;
  const holds = textOf(type);
  const isDescription = (holds === "offer" || holds === "answer") && isString(description);
  return isDescription ? { type: "peer", sessionId, holds } : undefined;
}

/** An unsigned integer of 32 bits, as Rust reads one. */
const isLineIndex = (raw = ""): boolean => /^\d{1,10}$/.test(raw) && Number(raw) < 2 ** 32;

const isString = (raw = ""): boolean => raw.startsWith('"');

/** What a raw value spells, if it is a text that has no half of a surrogate pair. */
function textOf(raw: string | undefined): string | undefined {
  const text = raw === undefined ? undefined : stringOf(raw);
  return text?.isWellFormed() === true ? text : undefined;
}

/** JSON of a text, or `null`. */
function optionalText(raw = "null"): string | undefined {
  return raw === "null" || textOf(raw) !== undefined ? raw : undefined;
}

interface Shown {
  readonly id: MemberId;
  readonly info: GstRegistration;
}

const entry = ({ id, info }: Shown): string => `{"id":"${id}","meta":${info.meta}}`;

const listed = (members: readonly Shown[]): string => `[${members.map(entry).join()}]`;

/** Every frame with the status of a peer begins like this, and no other. */
export const statusBeginning = '{"type":"peerStatusChanged",';

export const frames = {
  welcome: (id: MemberId) => `{"type":"welcome","peerId":"${id}"}`,

  status: (id: MemberId, { roles, meta }: Status) =>
    `${statusBeginning}"roles":${JSON.stringify(roles)},"meta":${meta},"peerId":"${id}"}`,

  list: (producers: readonly Shown[]) => `{"type":"list","producers":${listed(producers)}}`,

  listConsumers: (consumers: readonly Shown[]) =>
    `{"type":"listConsumers","consumers":${listed(consumers)}}`,

  /** For the consumer. */
  sessionStarted: (producer: string, sessionId: string) =>
    `{"type":"sessionStarted","peerId":"${producer}","sessionId":"${sessionId}"}`,

  /** For the producer. @param offer JSON */
  startSession: (consumer: string, sessionId: string, offer: string) =>
    `{"type":"startSession","peerId":"${consumer}","sessionId":"${sessionId}","offer":${offer}}`,

  /** @param error JSON, which a client of version 1.0 is not told */
  endSession: (version: Version, sessionId: string, error: string) =>
    version === "v1_0"
      ? `{"type":"endSession","sessionId":"${sessionId}"}`
      : `{"type":"endSessionV1_1","sessionId":"${sessionId}","error":${error}}`,

  error: (details: string) => JSON.stringify({ type: "error", details }),
};

/** In the words of GStreamer's own server, but for the last seven. */
export const errors = {
  lateVersion: (self: string) =>
    `Protocol version selection for peer '${self}' must be first message`,
  bothSides: (self: string) => `Cannot register peer ${self} as both producer and passive consumer`,
  noPeer: (id: string) => `Peer with ID '${id}' not found`,
  noSides: (self: string, roles: readonly Role[], other: string, otherRoles: readonly Role[]) =>
    `Missing a producer or a consumer: id ${self} roles [${roles.join(", ")}], id ${other} roles [${otherRoles.join(", ")}]`,
  noProducer: (self: string, other: string) =>
    `cannot forward offer from "${self}" to "${other}" as "${self}" is not the producer`,
  noPart: (self: string, sessionId: string) => `Peer ${self} is not part of ${sessionId}`,
  oldVersion: (self: string) =>
    `Invalid end session message with error from peer '${self}', minimum protocol version is 1.1`,
  tooFast: "Too many messages: some are not relayed",
  tooLarge: (max: number) => `Message over ${max} bytes`,
  longMeta: (max: number) => `The meta of a peer must be at most ${max} bytes`,
  longList: (max: number) => `The list of this space would be longer than ${max} bytes`,
  manySessions: (max: number) => `A peer can be in at most ${max} sessions`,
  forbidden: (id: string) => `Your token does not allow sessions with the peer '${id}'`,
  noSession: (id: string) =>
    `Peer with ID '${id}' takes no session: it has too many, does not read, or is out of reach`,
};
