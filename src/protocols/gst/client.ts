// What is said to one client, in the version of the protocol that it speaks.

import { closeReasons } from "../../core/close.ts";
import type { Peer } from "../../core/peer.ts";
import { frames, type Version } from "./wire.ts";

export class GstClient {
  version: Version = "v1_0";
  readonly #peer: Peer;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** Sends what nothing makes up for: a client that has no room for it is closed. */
  tell(frame: string): void {
    if (this.#peer.send(frame) === "dropped") this.#peer.close(closeReasons.slow);
  }

  refuse(details: string): void {
    this.tell(frames.error(details));
  }

  /** @param error JSON */
  tellEnd(sessionId: string, error: string): void {
    this.tell(frames.endSession(this.version, sessionId, error));
  }
}
