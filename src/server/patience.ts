// How long the server waits for clients.

import { closeReasons } from "../core/close.ts";
import type { Patience } from "../core/peer-group.ts";
import type { Settings } from "../options/option.ts";
import { pingSeconds, silentSeconds } from "./options.ts";

/**
 * How long the server waits for a sign of life. A peer is pinged at least once before it is closed.
 * @param own what a protocol sets itself
 */
export function patienceOf(settings: Settings, own: Partial<Patience> = {}): Patience {
  const { pingSeconds: ping, ...rest } = {
    pingSeconds: settings(pingSeconds),
    silentSeconds: settings(silentSeconds),
    gone: closeReasons.silent,
    ...own,
  };
  return { ...rest, pingSeconds: Math.min(ping, rest.silentSeconds / 2) };
}
