// Turns a token into the identity of its holder, or a named refusal. The configured key decides the algorithm:
// a token that names another one is refused.

import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import type { Settings } from "../options/option.ts";
import type { Carried } from "./carried.ts";
import { type Identity, identityOf } from "./identity.ts";
import {
  jwksUrl,
  jwtAudience,
  jwtIssuer,
  jwtKid,
  jwtKidPrevious,
  jwtPublicKeyFile,
  jwtSecret,
  jwtSecretPrevious,
} from "./options.ts";
import { leewaySeconds, maxTokenLength, type Refusal } from "./refusal.ts";
import { RemoteKeys } from "./remote-keys.ts";
import type { Revocations } from "./revocations.ts";
import { Secrets } from "./secrets.ts";

/** Verifies a token by the key that `find` returns. */
type Attempt = (find: JWTVerifyGetKey) => Promise<JWTPayload>;

/** The key that verifies tokens. */
interface VerificationKey {
  readonly algorithms: readonly string[];
  /** Set for keys that are fetched. */
  readonly remote?: RemoteKeys;
  /** @throws what `attempt` does, in the end */
  verify(attempt: Attempt, token: string): Promise<JWTPayload>;
}

/** Tells the operator that keys cannot be fetched. */
interface KeyLog {
  warn(fields: object, message: string): void;
}

/** Most keys that are tried for a token without a `kid`. Sets have two or three. */
const maxTried = 8;

/** Least number of milliseconds between two such warnings. */
const warnMs = 60_000;

export class Tokens {
  readonly #key: VerificationKey | undefined;
  readonly #options;

  /** What operators revoke; `undefined` where there is no key. */
  readonly revocations: Revocations | undefined;

  /**
   * @param log unset if the caller prints the reason of a refusal itself
   * @param revocations unset where nothing is known of revoked tokens
   */
  constructor(settings: Settings, log?: KeyLog, revocations?: Revocations) {
    const [audience, issuer] = [settings(jwtAudience), settings(jwtIssuer)];
    this.#key = keyOf(settings, log);
    this.revocations = revocations;
    this.#options = {
      algorithms: [...(this.#key?.algorithms ?? [])],
      clockTolerance: leewaySeconds,
      ...(audience !== undefined && { audience }),
      ...(issuer !== undefined && { issuer }),
    };
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

function keyOf(settings: Settings, log: KeyLog | undefined): VerificationKey | undefined {
  const secrets = secretsOf(settings);
  if (secrets !== undefined)
    return { algorithms: ["HS256"], verify: (attempt) => secrets.verify(attempt) };
  const pair = settings(jwtPublicKeyFile);
  if (pair !== undefined)
    return { algorithms: pair.algorithms, verify: (attempt) => attempt(() => pair.key) };
  const url = settings(jwksUrl);
  if (url === undefined) return undefined;
  const remote = new RemoteKeys(url, warner(log));
  return {
    algorithms: ["RS256", "ES256", "EdDSA", "Ed25519"],
    remote,
    verify: (attempt, token) => verifyRemotely(remote, attempt, token),
  };
}

function secretsOf(settings: Settings): Secrets | undefined {
  const [secret, previous] = [settings(jwtSecret), settings(jwtSecretPrevious)];
  if (secret === undefined) return undefined;
  const current = { secret, kid: settings(jwtKid) };
  return new Secrets(
    previous === undefined
      ? [current]
      : [current, { secret: previous, kid: settings(jwtKidPrevious) }],
  );
}

/** @throws {KeysUnavailable} and jose's errors */
async function verifyRemotely(
  remote: RemoteKeys,
  attempt: Attempt,
  token: string,
): Promise<JWTPayload> {
  const came = remote.fetches;
  for (;;)
    try {
      return await attempt((header, input) => remote.find(header, input));
    } catch (error) {
      const mayBeReplaced =
        error instanceof errors.JWSSignatureVerificationFailed && !hasKid(token);
      // Without a `kid`, a signature that does not fit may be by a key that has replaced the one we know.
      if (!mayBeReplaced || !(await remote.isOutdated(came))) throw error;
    }
}

/** Makes a function that warns of fetches that failed, at most once in `warnMs`. */
function warner(log: KeyLog | undefined): (problem: string) => void {
  let warnedAt = Number.NEGATIVE_INFINITY;
  return (problem) => {
    if (performance.now() - warnedAt < warnMs) return;
    warnedAt = performance.now();
    log?.warn({ problem }, "the keys at jwks-url could not be fetched: tokens are refused");
  };
}

const hasKid = (token: string): boolean => decodeProtectedHeader(token).kid !== undefined;

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
