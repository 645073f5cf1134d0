// The secrets that verify HS256 tokens: the one that signs now, and perhaps the one before it, so that a secret can be
// replaced without ending what it has signed.

import { timingSafeEqual } from "node:crypto";
import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  UnsecuredJWT,
} from "jose";

/** A secret, and the name that tokens have for it in their header. */
export interface NamedSecret {
  readonly secret: Uint8Array;
  /** Tokens with another `kid` are not its own. If unset, it may have signed any. */
  readonly kid: string | undefined;
}

/** The same, as what verifies. */
interface NamedKey extends NamedSecret {
  readonly key: Promise<CryptoKey>;
}

/** `{"alg":"none"}` */
const unsigned = "eyJhbGciOiJub25lIn0";

export class Secrets {
  readonly #all: readonly NamedKey[];

  /** @param all at least one */
  constructor(all: readonly NamedSecret[]) {
    // From bytes, each token would make a key of its own: time and garbage.
    this.#all = all.map((named) => ({ ...named, key: keyOf(named.secret) }));
  }

  /**
   * Verifies a token at once, if it is like nearly all: signed by one of them, and good. `verify` takes turns with other
   * threads, which is most of its cost.
   * @param token three parts in base64url
   * @returns `undefined` if it is not: `verify` says why, or finds it good all the same
   */
  verifyNow(token: string, options: JWTVerifyOptions): JWTPayload | undefined {
    const [header = "", payload = "", signature = ""] = token.split(".");
    try {
      const { alg, kid: named, crit } = decodeProtectedHeader(token);
      if (alg !== "HS256" || crit !== undefined) return undefined;
      const signed = `${header}.${payload}`;
      const mayHave = ({ kid }: NamedKey) =>
        kid === undefined || named === undefined || kid === named;
      const isOwn = this.#all.some((key) => mayHave(key) && hasSigned(key, signed, signature));
      // The signature is verified, so that only the claims are left.
      return isOwn ? UnsecuredJWT.decode(`${unsigned}.${payload}.`, options).payload : undefined;
    } catch {
      return undefined;
    }
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

function hasSigned({ secret }: NamedSecret, text: string, signature: string): boolean {
  const own = new Bun.CryptoHasher("sha256", secret).update(text).digest();
  const given = Buffer.from(signature, "base64url");
  return given.length === own.length && timingSafeEqual(given, own);
}
