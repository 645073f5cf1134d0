// The messages and frames of y-webrtc and trystero, and the reasons for which the server closes such a connection.

import type { CloseReason } from "../../core/close.ts";
import { maxTopicNameBytes } from "../../core/ids.ts";
import { memberCount, outline, stringOf, withMember, withNewMember } from "../json/raw-members.ts";

export const message = outline("type", "topics", "topic", "payload", "clients", [
  "data",
  ["to", "from"],
]);

export const pong = '{"type":"pong"}';

export const malformed: CloseReason = { name: "malformed", code: 1007, reason: "not JSON" };
export const badName: CloseReason = {
  name: "bad-topic",
  code: 1008,
  reason: `a topic must be at most ${maxTopicNameBytes} bytes of UTF-8`,
};
export const tooMany = (max: number): CloseReason => ({
  name: "too-many-subscriptions",
  code: 1008,
  reason: `more than ${max} topics on one connection`,
});

/** Whether a text that is not an object is JSON at all. Seldom called: nearly all messages are objects. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Sets the member `clients`. @param own its value in the text, if it is there */
export const withClients = (text: string, own: string | undefined, clients: number): string =>
  own === undefined
    ? withNewMember(text, "clients", `${clients}`)
    : withMember(text, "clients", `${clients}`);

export const textOf = (raw: string | undefined): string =>
  raw === undefined ? "" : (stringOf(raw) ?? "");

/** The type of a message. Nearly all are `publish`, which is recognised as it is written. */
export const typeOf = (raw: string | undefined): string =>
  raw === '"publish"' ? "publish" : textOf(raw);

/** The names in `topics`, or if that is missing the name in `topic`. Other values are ignored. */
export function namesIn(rawTopics: string | undefined, rawTopic = ""): readonly string[] {
  const topics: unknown = JSON.parse(rawTopics ?? `[${rawTopic}]`);
  if (!Array.isArray(topics)) return [];
  return topics.filter((name): name is string => typeof name === "string" && name !== "");
}

/**
 * Whether a publish has only the fields of trystero's.
 * @param text a message with `type`, `topic` and `payload`
 */
export const isRelayFrame = (text: string): boolean => memberCount(text) === 3;

/** A frame for trystero: the topic and the payload as they were written, and nothing else. */
export const relayFrame = (rawTopic: string, rawPayload: string): string =>
  `{"topic":${rawTopic},"payload":${rawPayload}}`;
