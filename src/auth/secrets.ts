// The secrets that verify HS256 tokens: the one that signs now, and perhaps the one before it, so that a secret can be
// replaced without ending what it has signed.

import { errors, type JWTPayload, type JWTVerifyGetKey } from "jose";

/** A secret, and the name that tokens have for it in their header. */
export interface NamedSecret {
  readonly secret: Uint8Array;
  /** Tokens with another `kid` are not its own. If unset, it may have signed any. */
  readonly kid: string | undefined;
}

/** The same, as what verifies. */
interface NamedKey {
  readonly key: Promise<CryptoKey>;
  readonly kid: string | undefined;
}

export class Secrets {
  readonly #all: readonly NamedKey[];

  /** @param all at least one */
  constructor(all: readonly NamedSecret[]) {
    // From bytes, each token would make a key of its own: time and garbage.
    this.#all = all.map(({ secret, kid }) => ({ key: keyOf(secret), kid }));
  }

  /**
   * Verifies a token by each of them that may have signed it.
   * @param attempt verifies it by one
   * @throws what the attempt with the last of them does; `JWKSNoMatchingKey` if none may have signed it
   */
  async verify(attempt: (find: JWTVerifyGetKey) => Promise<JWTPayload>): Promise<JWTPayload> {
    let failure: unknown;
    for (const { key, kid: own } of this.#all)
      try {
        return await attempt(({ kid }) => {
          if (own !== undefined && kid !== undefined && kid !== own)
            throw new errors.JWKSNoMatchingKey();
          return key;
        });
      } catch (error) {
        const isForeign = error instanceof errors.JWKSNoMatchingKey;
        if (!isForeign && !(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
        if (!isForeign || failure === undefined) failure = error;
      }
    throw failure;
  }
}

const keyOf = (secret: Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", new Uint8Array(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "verify",
  ]);
