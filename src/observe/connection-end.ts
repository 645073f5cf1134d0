// How a connection ended, in words that are safe to log: the server's or Bun's. Words of the client are left out.

import type { CloseReason } from "../core/close.ts";

export interface End {
  readonly by: "server" | "client" | "network";
  /** A code of RFC 6455, section 7.4; 1006 if the connection was cut, or the client broke the WebSocket protocol. */
  readonly code: number;
  readonly reason?: string;
}

/** The name of an end for metrics: that of the server's reason, or who it came from. */
export const nameOfEnd = (code: number, ours: CloseReason | undefined): string =>
  ours?.name ?? (code === 1006 ? "network" : "client");

/**
 * @param code as the socket reports it
 * @param text as the socket reports it: the words of Bun if the code is 1006, otherwise those of the client
 * @param ours why the server closed it, if it did
 */
export function describeEnd(code: number, text: string, ours: CloseReason | undefined): End {
  if (ours !== undefined) return { by: "server", code: ours.code, reason: ours.reason };
  return code === 1006 ? { by: "network", code, reason: text } : { by: "client", code };
}
