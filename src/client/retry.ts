// Whether to come back after a close.

import { closes } from "./closes.ts";

export type Retry = "now" | "later" | "never";

/** Codes of RFC 6455 that proxies and lost connections make, which need not be the server's own. */
const passing: ReadonlySet<number> = new Set([1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015]);

/** @param hasToken whether another token can be had */
export function retryAfter(code: number, reason: string, hasToken: boolean): Retry {
  if (reason === "token expired" && hasToken) return "later";
  return closes[`${code} ${reason}`] ?? (passing.has(code) ? "later" : "never");
}
