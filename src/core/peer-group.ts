// What the peers of one protocol have in common.

import type { CloseReason } from "./close.ts";
import type { Traffic } from "./traffic.ts";

/** How long a protocol waits for a sign of life, in seconds, and what it then says. */
export interface Patience {
  /** Silence after which the peer is pinged, and again as long after that. */
  readonly pingSeconds: number;
  /** Silence after which the peer is closed. */
  readonly silentSeconds: number;
  readonly gone: CloseReason;
}

/** What all peers of one protocol share. */
export interface PeerGroup {
  readonly protocol: string;
  readonly patience: Patience;
  readonly traffic: Traffic;
}
