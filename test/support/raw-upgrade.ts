// The handshake of RFC 6455, section 4, by hand: the headers that ask, and whether an answer agrees.

import { createHash } from "node:crypto";
import type { RawResponse } from "./raw-http.ts";

/** That of the example in the RFC. */
const key = "dGhlIHNhbXBsZSBub25jZQ==";

/** The headers of a right upgrade. */
export const upgradeHeaders = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": key,
} as const;

/** Whether it is what section 4.2.2 wants for `upgradeHeaders`. */
export function isAccepted({ status, headers }: Omit<RawResponse, "body">): boolean {
  const hash = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  return (
    status === 101 &&
    headers["upgrade"]?.toLowerCase() === "websocket" &&
    headers["connection"]?.toLowerCase() === "upgrade" &&
    headers["sec-websocket-accept"] === hash.digest("base64")
  );
}
