// What the session protocol reads and writes: its types of messages, its frames, and the words with which
// it refuses and ends. Text in, text out; what it means is for session.ts.

import type { CloseReason } from "../../core/close.ts";
import type { MemberId } from "../../core/ids.ts";
import { outline, stringOf } from "../json/raw-members.ts";

/** The members of a message that the server itself reads. */
export const message = outline("type", "targetSession", "timestamp", "requirements", "settings");

/** The types that go to other sessions. */
export const signals: ReadonlySet<string> = new Set([
  "webrtc_seek_broadcaster",
  "request_offer",
  "webrtc_offer",
  "webrtc_answer",
  "webrtc_ice",
]);

/** What the original server does beside signaling: it passes on pictures, and has them analysed. */
const otherServices: ReadonlySet<string> = new Set([
  "subscribe",
  "unsubscribe",
  "stream_frame",
  "frame",
]);

/** Whether the original server knows a type that is no signaling, and so is not served here. */
export const isOtherService = (type: string): boolean =>
  otherServices.has(type) || type.startsWith("mediapipe_");

/** They make sense for one session only: who broadcasts them has nearly always made a mistake. */
export const descriptions: ReadonlySet<string> = new Set(["webrtc_offer", "webrtc_answer"]);

export const closings = {
  overloaded: { code: 1013, reason: "Server overloaded" },
  idle: { code: 1000, reason: "Session timeout" },
  tooManyErrors: { code: 1011, reason: "Too many errors" },
} as const satisfies Record<string, CloseReason>;

/** Errors of a client's own making; with that many its session ends. */
export const maxErrors = 10;

/** Characters of JSON that a session keeps of what it was configured with. */
export const maxConfigured = 16_384;

/** What a session has said that it wants. Nothing here acts on it; the session reads it back. */
export interface Configuration {
  readonly requirements: object | undefined;
  readonly settings: object | undefined;
}

export const unconfigured: Configuration = {
  requirements: { capabilities: [] },
  settings: undefined,
};

export type ErrorCode =
  | "MESSAGE_HANDLING_ERROR"
  | "NOT_SIGNALING"
  | "TARGET_NOT_FOUND"
  | "DROPPED"
  | "TOO_FAST";

export const frames = {
  connected: (sessionId: MemberId) =>
    JSON.stringify({
      type: "connected",
      sessionId,
      capabilities: ["webrtc_signaling"],
      serverVersion: "2.0.0",
      timestamp: Date.now(),
    }),

  configured: (sessionId: MemberId, { requirements, settings }: Configuration) =>
    JSON.stringify({
      type: "configured",
      sessionId,
      requirements,
      settings,
      timestamp: Date.now(),
    }),

  /** @param timestamp JSON as the client wrote it */
  pong: (sessionId: MemberId, timestamp: string | undefined) =>
    `{"type":"pong","sessionId":"${sessionId}"${timestamp === undefined ? "" : `,"clientTimestamp":${timestamp}`},"serverTimestamp":${Date.now()}}`,

  status: (sessionId: MemberId, server: object, session: object) =>
    JSON.stringify({ type: "status", sessionId, server, session, timestamp: Date.now() }),

  error: (sessionId: MemberId, error: string, errorCode: ErrorCode) =>
    JSON.stringify({ type: "error", sessionId, error, errorCode, timestamp: Date.now() }),
};

/** What a value spells: a string itself, all else its JSON. */
export const spelled = (raw: string): string => stringOf(raw) ?? raw;

/** Whether a `targetSession` names nobody, so that everybody is meant. */
export const isForAll = (rawTarget: string): boolean => rawTarget === "null" || rawTarget === '""';

/** Members of an object, given as JSON, take the place of those before; anything else changes nothing. */
export function merged(before: object | undefined, raw: string): object | undefined {
  const asked: unknown = JSON.parse(raw);
  return typeof asked === "object" && asked !== null ? { ...before, ...asked } : before;
}

/** Whole seconds since a time in milliseconds. */
export const secondsSince = (ms: number): number =>
  Math.max(0, Math.round((Date.now() - ms) / 1000));
