// Whom an id belongs to: what other nodes may know of its holder, and which of two holders it stays with.

import type { NodeId } from "../../core/ids.ts";

/** A client as all nodes know it. */
export interface Identity {
  /** What its token proves, without the token. */
  readonly proof: string;
  /** When it was given the id: see `Claim`. */
  readonly since: number;
}

/** A hash that says nothing of the token, nor that other ids have the same. */
export const proofOf = (id: string, token: string): string =>
  new Bun.CryptoHasher("sha256").update(JSON.stringify([id, token])).digest("base64url");

interface Holder {
  readonly node: NodeId;
  readonly info: Identity;
}

/**
 * Whether an id stays with its holder beside another one, on another node: of two sockets of one client the
 * newer has it, of two clients who came while nodes could not reach each other, the older.
 */
export function outlasts(own: Holder, other: Holder): boolean {
  const isNewer =
    own.info.since === other.info.since ? own.node > other.node : own.info.since > other.info.since;
  return own.info.proof === other.info.proof ? isNewer : !isNewer;
}
