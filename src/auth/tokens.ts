// From a string to who holds it, or a named refusal. The algorithm is the key's: what a token says of it
// only has to agree.

import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { Settings } from "../options/option.ts";
import type { Carried } from "./carried.ts";
import { type Identity, identityOf } from "./identity.ts";
import {
  jwksUrl,
  jwtAudience,
  jwtIssuer,
  jwtPublicKeyFile,
  jwtSecret,
  jwtSecretFile,
} from "./options.ts";
import { leewaySeconds, maxTokenLength, type Refusal } from "./refusal.ts";

/** The key that tokens are verified with. */
interface Key {
  readonly algorithms: readonly string[];
  readonly find: JWTVerifyGetKey;
}

/** Where it is told that keys cannot be had. */
interface KeyLog {
  warn(fields: object, message: string): void;
}

/** Bytes of a key set, at most: hundreds of keys have fewer. */
const maxKeySetBytes = 1 << 20;

/** Milliseconds between two such warnings, at least. */
const warnMs = 60_000;

export class Tokens {
  readonly #key: Key | undefined;
  readonly #options;
  readonly #log: KeyLog | undefined;
  #warnedAt = 0;

  /** @param log none where whoever asks is told himself */
  constructor(settings: Settings, log?: KeyLog) {
    this.#log = log;
    const [audience, issuer] = [settings(jwtAudience), settings(jwtIssuer)];
    this.#key = keyOf(settings);
    this.#options = {
      algorithms: [...(this.#key?.algorithms ?? [])],
      clockTolerance: leewaySeconds,
      ...(audience !== undefined && { audience }),
      ...(issuer !== undefined && { issuer }),
    };
  }

  /** Who sends a request, by what it carries. */
  async identify(carried: Carried): Promise<Identity | Refusal> {
    if (this.#key === undefined) return "noKey";
    return typeof carried === "string" ? carried : this.verify(carried.token);
  }

  /** @param token of any length and content */
  async verify(token: string): Promise<Identity | Refusal> {
    if (this.#key === undefined) return "noKey";
    if (token.length > maxTokenLength) return "tooLong";
    if (!isCompact(token)) return "malformed";
    try {
      const { payload } = await jwtVerify(token, this.#key.find, this.#options);
      return identityOf(payload);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === "unavailable") this.#warn(error);
      return refusal;
    }
  }

  #warn(error: unknown): void {
    if (this.#log === undefined || Date.now() - this.#warnedAt < warnMs) return;
    this.#warnedAt = Date.now();
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    this.#log.warn({ code }, "the keys at jwks-url could not be fetched: tokens are refused");
  }
}

function keyOf(settings: Settings): Key | undefined {
  const secret = settings(jwtSecret) ?? settings(jwtSecretFile);
  if (secret !== undefined) return { algorithms: ["HS256"], find: () => secret };
  const pair = settings(jwtPublicKeyFile);
  if (pair !== undefined) return { algorithms: pair.algorithms, find: () => pair.key };
  const url = settings(jwksUrl);
  if (url === undefined) return undefined;
  const find = createRemoteJWKSet(url, { [customFetch]: fetchBounded });
  return { algorithms: ["RS256", "ES256", "EdDSA", "Ed25519"], find };
}

/** Whoever serves the keys may serve anything in their place, and any token has them fetched. */
async function fetchBounded(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxKeySetBytes) throw new errors.JWKSInvalid("this is too long for a key set");
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status: response.status });
}

const compact = /^[\w-]+\.[\w-]+\.([\w-]+)$/;

/** Three parts, and the one spelling of the signature: its last character may have bits that say nothing. */
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
  // Nothing else can go wrong with a key at hand: the set could not be fetched, or is none.
  return "unavailable";
}
