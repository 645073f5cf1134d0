// How large messages may be for Bun's sockets, which are the same for all protocols.

import { isUtf8 } from "node:buffer";
import type { Settings } from "../options/option.ts";
import { frameBytesOf } from "../protocols/frame-limit.ts";
import type { Protocol } from "../protocols/protocol.ts";

/**
 * How many times the largest limit the sockets take, so that a protocol gets to say that a message is too
 * large. Bun closes a longer one with 1009 before anybody sees it, and an unfinished one costs what it has sent.
 */
const readFactor = 4;

/** Bytes of the longest message that some protocol allows, and of the longest that is read. */
export function socketBytesOf(settings: Settings, protocols: readonly Protocol[]) {
  const frame = Math.max(...protocols.map(({ frameLimit }) => frameBytesOf(settings, frameLimit)));
  return { frame, read: frame * readFactor };
}

/** The bytes of a text are counted only where its length does not tell: a UTF-16 unit has 1 to 3 of them. */
export const isOver = (maxBytes: number, message: string | Buffer): boolean =>
  message.length > maxBytes ||
  (typeof message === "string" &&
    message.length * 3 > maxBytes &&
    Buffer.byteLength(message) > maxBytes);

/** A message as text, or `undefined` if it is a binary one that is not UTF-8. */
export function textOf(message: string | Buffer): string | undefined {
  if (typeof message === "string") return message;
  return isUtf8(message) ? message.toString("utf8") : undefined;
}
