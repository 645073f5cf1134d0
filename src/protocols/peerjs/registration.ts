// Whom an id belongs to: what other nodes may know of its holder, and which of two holders keeps it.

import * as v from "valibot";
import type { NodeId } from "../../core/ids.ts";

/** The holder of an id as all nodes know it. */
export interface Registration {
  /** What the client's token proves, without the token. */
  readonly proof: string;
  /** When it was given the id: see `Claim`. */
  readonly since: number;
}

/** What another node may say of a holder. A proof is a SHA-256 in base64url. */
export const registration: v.GenericSchema<unknown, Registration> = v.object({
  proof: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)),
  since: v.pipe(v.number(), v.finite()),
});

/** A hash that says nothing of the token, nor that other ids have the same. */
export const proofOf = (id: string, token: string): string =>
  new Bun.CryptoHasher("sha256").update(JSON.stringify([id, token])).digest("base64url");

interface Holder {
  readonly node: NodeId;
  readonly info: Registration;
}

/**
 * Whether a holder keeps its id beside another one on another node. Of two sockets of one client the newer
 * keeps it. Of two clients who came while their nodes could not reach each other, the older does.
 */
export function outlasts(own: Holder, other: Holder): boolean {
  const isNewer =
    own.info.since === other.info.since ? own.node > other.node : own.info.since > other.info.since;
  return own.info.proof === other.info.proof ? isNewer : !isNewer;
}
