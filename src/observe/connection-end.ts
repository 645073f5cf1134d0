// How a connection ended, in words that are safe to log: ours, Bun's, or the code alone where the client
// chose the words.

import type { CloseReason } from "../core/close.ts";

export interface End {
  readonly by: "server" | "client" | "network";
  /** As in RFC 6455, section 7.4; 1006 where the line broke or the client broke the protocol. */
  readonly code: number;
  readonly reason?: string;
}

/**
 * @param code as the socket reports it
 * @param text as the socket reports it: Bun's own words with 1006, else the client's
 * @param ours what the server closed it for, if it did
 */
export function describeEnd(code: number, text: string, ours: CloseReason | undefined): End {
  if (ours !== undefined) return { by: "server", ...ours };
  return code === 1006 ? { by: "network", code, reason: text } : { by: "client", code };
}
