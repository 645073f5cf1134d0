// The key that verifies tokens, as the settings name it: one or two secrets, a public key, or a set that is fetched.

import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey } from "jose";
import type { Settings } from "../options/option.ts";
import { jwksUrl, jwtKid, jwtKidPrevious, jwtPublicKeyFile, jwtSecretPrevious } from "./options.ts";
import { RemoteKeys } from "./remote-keys.ts";
import { Secrets } from "./secrets.ts";
import { secretOf } from "./sign.ts";

/** Verifies a token by the key that `find` returns. */
export type Attempt = (find: JWTVerifyGetKey) => Promise<JWTPayload>;

/** The key that verifies tokens. */
export interface VerificationKey {
  readonly algorithms: readonly string[];
  /** Set for keys that are fetched. */
  readonly remote?: RemoteKeys;
  /** @throws what `attempt` does, in the end */
  verify(attempt: Attempt, token: string): Promise<JWTPayload>;
}

/** Tells the operator that keys cannot be fetched. */
export interface KeyLog {
  warn(fields: object, message: string): void;
}

/** Least number of milliseconds between two such warnings. */
const warnMs = 60_000;

/** @returns `undefined` if no key is set: every token is refused */
export function keyOf(settings: Settings, log: KeyLog | undefined): VerificationKey | undefined {
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
  const [secret, previous] = [secretOf(settings), settings(jwtSecretPrevious)];
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
