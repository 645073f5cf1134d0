// Turns a token into the identity of its holder, or a named refusal. The configured key decides the algorithm:
// a token that names another one is refused.

import {
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";
import type { Settings } from "../options/option.ts";
import type { Carried } from "./carried.ts";
import { type Identity, identityOf } from "./identity.ts";
import { jwksUrl, jwtAudience, jwtIssuer } from "./options.ts";
import { leewaySeconds, maxTokenLength, type Refusal } from "./refusal.ts";
import type { Revocations } from "./revocations.ts";
import { type Attempt, type KeyLog, keyOf, type VerificationKey } from "./verification-key.ts";

/** Most keys that are tried for a token without a `kid`. Sets have two or three. */
const maxTried = 8;

export class Tokens {
  readonly #settings: Settings;
  readonly #log: KeyLog | undefined;
  #key: VerificationKey | undefined;
  #options: JWTVerifyOptions;

  /** What operators revoke; `undefined` where there is no key. */
  readonly revocations: Revocations | undefined;

  /**
   * @param settings are read again by `reload`
   * @param log unset if the caller prints the reason of a refusal itself
   * @param revocations unset where nothing is known of revoked tokens
   */
  constructor(settings: Settings, log?: KeyLog, revocations?: Revocations) {
    this.#settings = settings;
    this.#log = log;
    this.#key = keyOf(settings, log);
    this.#options = optionsOf(settings, this.#key);
    this.revocations = revocations;
  }

  /**
   * Takes over what the settings say now. Keys that were fetched stay if their address does. Without revocations, nothing
   * changes: the server has begun without a key.
   */
  reload(): void {
    if (this.revocations === undefined) return;
    const url = this.#settings(jwksUrl);
    const isKept = url !== undefined && url.href === this.#key?.remote?.url.href;
    if (!isKept) this.#key = keyOf(this.#settings, this.#log);
    this.#options = optionsOf(this.#settings, this.#key);
  }

  /** Whether keys are being fetched: tokens may wait for some seconds. */
  get isWaiting(): boolean {
    return this.#key?.remote?.isFetching ?? false;
  }

  /** Verifies the token of a request. */
  async identify(carried: Carried): Promise<Identity | Refusal> {
    if (this.#key === undefined) return "noKey";
    return typeof carried === "string" ? carried : this.verify(carried.token);
  }

  /** @param token any text of any length */
  async verify(token: string): Promise<Identity | Refusal> {
    if (this.#key === undefined) return "noKey";
    if (token.length > maxTokenLength) return "tooLong";
    if (!isCompact(token)) return "malformed";
    try {
      const attempt: Attempt = (find) => this.#claimsBy(token, find);
      return await this.#unrevoked(identityOf(await this.#key.verify(attempt, token)));
    } catch (error) {
      return refusalOf(error);
    }
  }

  /** Without a `kid`, several keys of a set may fit: each is tried. */
  async #claimsBy(token: string, find: JWTVerifyGetKey): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, find, this.#options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      let tried = 0;
      for await (const key of error) {
        if (tried++ === maxTried) throw error;
        try {
          return (await jwtVerify(token, key, this.#options)).payload;
        } catch (failure) {
          if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }

  /** Whether a token that was good has been revoked by now. Ask again after each wait. */
  isRevoked(identity: Identity): boolean {
    return this.revocations?.covers(identity) === true;
  }

  async #unrevoked(identity: Identity | Refusal): Promise<Identity | Refusal> {
    if (typeof identity === "string") return identity;
    // Just after the start: what was revoked before is being read.
    if (this.revocations?.known !== undefined) await this.revocations.known;
    return this.isRevoked(identity) ? "revoked" : identity;
  }
}

function optionsOf(settings: Settings, key: VerificationKey | undefined): JWTVerifyOptions {
  const [audience, issuer] = [settings(jwtAudience), settings(jwtIssuer)];
  return {
    algorithms: [...(key?.algorithms ?? [])],
    clockTolerance: leewaySeconds,
    ...(audience !== undefined && { audience }),
    ...(issuer !== undefined && { issuer }),
  };
}

const compact = /^[\w-]+\.[\w-]+\.([\w-]+)$/;

/**
 * Whether a text has the form of a JWT. Of a signature only one spelling is taken: the last character of base64url
 * may have unused bits, and several spellings of one token would pass for different tokens.
 */
function isCompact(token: string): boolean {
  const signature = compact.exec(token)?.[1];
  return (
    signature !== undefined &&
    Buffer.from(signature, "base64url").toString("base64url") === signature
  );
}

const byClaim: Readonly<Record<string, Refusal>> = {
  nbf: "tooEarly",
  aud: "audience",
  iss: "issuer",
  exp: "endless",
};

function refusalOf(error: unknown): Refusal {
  if (error instanceof errors.JWTExpired) return "expired";
  if (error instanceof errors.JWTClaimValidationFailed) return byClaim[error.claim] ?? "malformed";
  if (error instanceof errors.JOSEAlgNotAllowed) return "algorithm";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "signature";
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return "unknownKey";
  if (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported
  )
    return "malformed";
  // What is left is `KeysUnavailable`, or a key of the set that cannot be used.
  return "unavailable";
}
