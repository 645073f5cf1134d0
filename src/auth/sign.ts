// Signs tokens with the secret that verifies them.

import { type JWTPayload, SignJWT } from "jose";
import type { Settings } from "../options/option.ts";
import { dev, devKey } from "./dev-key.ts";
import { jwtAudience, jwtIssuer, jwtKid, jwtSecret } from "./options.ts";

/** @returns `undefined` if tokens are verified by something else, or by nothing */
export const secretOf = (settings: Settings): Uint8Array | undefined =>
  settings(jwtSecret) ?? (settings(dev) ? devKey : undefined);

/**
 * Makes a token.
 * @param claims those that say when, for whom and by whom it was made are added
 * @param seconds that it lasts
 */
export function sign(
  settings: Settings,
  secret: Uint8Array,
  claims: JWTPayload,
  seconds: number,
): Promise<string> {
  const kid = settings(jwtKid);
  const now = Math.floor(Date.now() / 1000);
  const all: Record<string, unknown> = {
    ...claims,
    aud: settings(jwtAudience),
    iss: settings(jwtIssuer),
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + seconds,
  };
  return new SignJWT(all)
    .setProtectedHeader({ alg: "HS256", typ: "JWT", ...(kid !== undefined && { kid }) })
    .sign(secret);
}
