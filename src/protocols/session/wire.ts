// The messages and frames of the session protocol, its errors and its reasons to close. Text in, text out.

import type { CloseReason } from "../../core/close.ts";
import type { MemberId } from "../../core/ids.ts";
import { outline, stringOf } from "../json/raw-members.ts";
import { isDeep } from "../json/valid.ts";

/** The members of a message that the server reads. */
export const message = outline("type", "targetSession", "timestamp", "requirements", "settings");

/** Types of messages that go to other sessions. */
export const signals: ReadonlySet<string> = new Set([
  "webrtc_seek_broadcaster",
  "request_offer",
  "webrtc_offer",
  "webrtc_answer",
  "webrtc_ice",
]);

/** Types for what else the original server does: it passes on video frames, and analyses them. */
const otherServices: ReadonlySet<string> = new Set([
  "subscribe",
  "unsubscribe",
  "stream_frame",
  "frame",
]);

/** Whether the original server knows this type, but not for signaling. Such messages are not served here. */
export const isOtherService = (type: string): boolean =>
  otherServices.has(type) || type.startsWith("mediapipe_");

/** Types that make sense for one session only. To broadcast them is nearly always a mistake. */
export const descriptions: ReadonlySet<string> = new Set(["webrtc_offer", "webrtc_answer"]);

export const closings = {
  overloaded: { name: "overloaded", code: 1013, reason: "Server overloaded", retry: "later" },
  idle: { name: "idle", code: 1000, reason: "Session timeout", retry: "now" },
  tooManyErrors: { name: "too-many-errors", code: 1011, reason: "Too many errors" },
} as const satisfies Record<string, CloseReason>;

/** With this many errors of the client, its session is closed. */
export const maxErrors = 10;

/** Longest configuration that is kept for a session, in characters of JSON. */
export const maxConfigured = 16_384;

/** What a session was configured with. The server only keeps it and sends it back. */
export interface SessionConfiguration {
  readonly requirements: object | undefined;
  readonly settings: object | undefined;
}

export const unconfigured: SessionConfiguration = {
  requirements: { capabilities: [] },
  settings: undefined,
};

export type SessionErrorCode =
  | "MESSAGE_HANDLING_ERROR"
  | "NOT_SIGNALING"
  | "TARGET_NOT_FOUND"
  | "DROPPED"
  | "FORBIDDEN"
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

  configured: (sessionId: MemberId, { requirements, settings }: SessionConfiguration) =>
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

  error: (sessionId: MemberId, error: string, errorCode: SessionErrorCode) =>
    JSON.stringify({ type: "error", sessionId, error, errorCode, timestamp: Date.now() }),
};

/** A raw value as text: of a string its content, of anything else its JSON. */
export const spelled = (raw: string): string => stringOf(raw) ?? raw;

/** Whether a `targetSession` names no session, so that the message is for everybody. */
export const isForAll = (rawTarget: string): boolean => rawTarget === "null" || rawTarget === '""';

/** Replaces members by those of an object, given as JSON. Any other value, and one nested too deep, changes nothing. */
export function merged(before: object | undefined, raw: string): object | undefined {
  const asked: unknown = isDeep(raw) ? undefined : JSON.parse(raw);
  return typeof asked === "object" && asked !== null ? { ...before, ...asked } : before;
}

/** Whole seconds since a time in milliseconds. */
export const secondsSince = (ms: number): number =>
  Math.max(0, Math.round((Date.now() - ms) / 1000));
