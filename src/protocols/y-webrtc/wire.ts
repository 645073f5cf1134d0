// What y-webrtc and trystero write on the wire, and why the server ends such a connection.

import type { CloseReason } from "../../core/close.ts";
import { maxTopicNameBytes } from "../../core/ids.ts";
import { memberCount, outline, stringOf, withMember, withNewMember } from "../json/raw-members.ts";

export const message = outline("type", "topics", "topic", "payload", "clients", [
  "data",
  ["to", "from"],
]);

export const pong = '{"type":"pong"}';

export const malformed: CloseReason = { code: 1007, reason: "not JSON" };
export const badName: CloseReason = {
  code: 1008,
  reason: `a topic must be at most ${maxTopicNameBytes} bytes of UTF-8`,
};
export const tooMany = (max: number): CloseReason => ({
  code: 1008,
  reason: `more than ${max} topics on one connection`,
});

/** Told from other texts, which end the socket; it is rare. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** @param own what the client itself calls the number of clients, if it does */
export const withClients = (text: string, own: string | undefined, clients: number): string =>
  own === undefined
    ? withNewMember(text, "clients", `${clients}`)
    : withMember(text, "clients", `${clients}`);

export const textOf = (raw: string | undefined): string =>
  raw === undefined ? "" : (stringOf(raw) ?? "");

/** Nearly every message is a publish: it is told as it is written. */
export const typeOf = (raw: string | undefined): string =>
  raw === '"publish"' ? "publish" : textOf(raw);

/** The names in `topics`, or the one in `topic` if that is unset. What is no name is passed over. */
export function namesIn(rawTopics: string | undefined, rawTopic = ""): readonly string[] {
  const topics: unknown = JSON.parse(rawTopics ?? `[${rawTopic}]`);
  if (!Array.isArray(topics)) return [];
  return topics.filter((name): name is string => typeof name === "string" && name !== "");
}

/**
 * Whether a publish has nothing but the fields of trystero's.
 * @param text has a `type`, a `topic` and a `payload`
 */
export const isRelayFrame = (text: string): boolean => memberCount(text) === 3;

/** Trystero's frame: nothing but the topic and the payload, as they were written. */
export const relayFrame = (rawTopic: string, rawPayload: string): string =>
  `{"topic":${rawTopic},"payload":${rawPayload}}`;
