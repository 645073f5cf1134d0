// Who holds an id: what other nodes know about the holder, and which of two holders keeps the id.

import * as v from "valibot";
import type { NodeId } from "../../core/ids.ts";

/** What all nodes know about the holder of an id. */
export interface Registration {
  /** A hash of the client's token: see `proofOf`. */
  readonly proof: string;
  /** When the client got the id: see `Claim`. */
  readonly since: number;
}

/** Checks what another node says about a holder. A proof is a SHA-256 in base64url. */
export const registration: v.GenericSchema<unknown, Registration> = v.object({
  proof: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)),
  since: v.pipe(v.number(), v.finite()),
});

/** A hash of id and token. It reveals neither the token, nor which ids have the same token. */
export const proofOf = (id: string, token: string): string =>
  new Bun.CryptoHasher("sha256").update(JSON.stringify([id, token])).digest("base64url");

interface Holder {
  readonly node: NodeId;
  readonly info: Registration;
}

/**
 * Whether a holder keeps its id if another node has a holder too. Of two sockets of one client, the newer keeps it.
 * Of two clients that came while their nodes could not reach each other, the older keeps it.
 */
export function outlasts(own: Holder, other: Holder): boolean {
  const isNewer =
    own.info.since === other.info.since ? own.node > other.node : own.info.since > other.info.since;
  return own.info.proof === other.info.proof ? isNewer : !isNewer;
}
