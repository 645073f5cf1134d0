// What matchbox_socket reads and writes: JSON with the kind of a message as its only key. Text in, text out.

import { outline, rawMembers, stringOf } from "../json/raw-members.ts";

/** For one other peer. */
export interface MatchboxSignal {
  readonly receiver: string;
  /** JSON as its sender wrote it. */
  readonly data: string;
}

const message = outline(["Signal", ["receiver", "data"]]);

/** @returns nothing for a keep-alive, and for what matchbox's own server ignores */
export function parse(text: string): MatchboxSignal | undefined {
  const [, receiver, data] = rawMembers(text, message) ?? [];
  const to = receiver === undefined ? undefined : stringOf(receiver);
  return to === undefined || data === undefined ? undefined : { receiver: to, data };
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether another node may have made an id. */
export const isPeerId = (text: string): boolean => uuid.test(text);

const newPeer = '{"NewPeer":"';

export const frames = {
  idAssigned: (id: string) => `{"IdAssigned":"${id}"}`,

  /** Whoever reads it makes the offer. */
  newPeer: (id: string) => `${newPeer}${id}"}`,

  peerLeft: (id: string) => `{"PeerLeft":"${id}"}`,

  signal: (sender: string, data: string) => `{"Signal":{"sender":"${sender}","data":${data}}}`,
};

/** The id in a `newPeer` of ours, or nothing for any other frame. */
export const newPeerIn = (frame: string): string | undefined =>
  frame.startsWith(newPeer) ? frame.slice(newPeer.length, -2) : undefined;

/** @returns how many peers want to be matched, or nothing if all of the room are one mesh */
export function groupSizeIn(query: URLSearchParams): number | undefined {
  const next = query.get("next") ?? "";
  // As Rust reads it. Nobody waits for so many as a longer number says.
  return /^\+?\d{1,9}$/.test(next) ? Number(next) || undefined : undefined;
}
