// Why a token is refused: a closed table. Clients are told the reason, which says no more than they need.
// `signalbox token --verify` also prints the detail.

import type { CloseReason } from "../core/close.ts";

/** Longest token, in characters. A request header can hold it. */
export const maxTokenLength = 8192;

/** Longest user id and name, in UTF-16 units. */
export const maxNameLength = 255;

/** Sender of the server's own frames. It is not allowed as a user id. */
export const serverId = "server";

/** Seconds by which the clocks of the server and of the token's issuer may differ. */
export const leewaySeconds = 60;

/** Latest expiry, in days from now. A later one was written in milliseconds, or was meant to be never. */
export const maxDaysAhead = 366;

export const refusals = {
  noKey: {
    reason: "no JWT key configured",
    detail: "there is no key to verify it with: set JWT_SECRET, JWT_PUBLIC_KEY_FILE or JWKS_URL",
  },
  unavailable: {
    reason: "token keys unavailable",
    detail:
      "the keys at JWKS_URL could not be fetched; or they do not include its key, and were fetched less than 30 s ago",
  },
  missing: { reason: "token missing", detail: "there is no token" },
  repeated: { reason: "token invalid", detail: "there is more than one token" },
  tooLong: { reason: "token invalid", detail: `it is longer than ${maxTokenLength} characters` },
  malformed: {
    reason: "token invalid",
    detail:
      "it is not a JWT (three parts in base64url: JSON, JSON and a signature), or its iat is not a number",
  },
  algorithm: {
    reason: "token invalid",
    detail: "its algorithm is not the one of the configured key",
  },
  unknownKey: {
    reason: "token invalid",
    detail:
      "its kid is neither JWT_KID nor JWT_KID_PREVIOUS; or the keys at JWKS_URL have none for its kid and alg, or too many",
  },
  signature: {
    reason: "token invalid",
    detail:
      "its signature does not fit the configured key: it was signed with another key, or altered",
  },
  expired: { reason: "token expired", detail: "its expiry (exp) has passed" },
  revoked: {
    reason: "token revoked",
    detail: "it was revoked, or all tokens of its user from before some time were",
  },
  endless: {
    reason: "token invalid",
    detail: `its expiry (exp) is missing, is not a number of seconds, or is more than ${maxDaysAhead} days ahead`,
  },
  tooEarly: {
    reason: "token invalid",
    detail: "its start (nbf) is in the future, or is not a number",
  },
  audience: {
    reason: "token invalid",
    detail: "its audience (aud) does not include JWT_AUDIENCE",
  },
  issuer: { reason: "token invalid", detail: "its issuer (iss) is not JWT_ISSUER" },
  subject: {
    reason: "token invalid",
    detail: `its user id (sub) must be a text of 1 to ${maxNameLength} characters, and not "${serverId}"`,
  },
  name: {
    reason: "token invalid",
    detail: `its username or name is longer than ${maxNameLength} characters`,
  },
  rooms: { reason: "token invalid", detail: "its rooms are not a list of texts" },
  can: { reason: "token invalid", detail: "its can is not a list of texts" },
  to: { reason: "token invalid", detail: "its to is not a list of texts" },
  room: { reason: "room not allowed", detail: "its rooms do not include this one" },
} as const satisfies Record<string, { readonly reason: string; readonly detail: string }>;

export type Refusal = keyof typeof refusals;

/** "Try again later" in IANA's registry: the token may be good. */
const laterCode = 1013;

/** @param code for a refusal that trying again does not change; 1008 is "policy violation" in RFC 6455 */
export const closingOf = (refusal: Refusal, code = 1008): CloseReason => ({
  name: "token-refused",
  code: refusal === "unavailable" ? laterCode : code,
  reason: refusals[refusal].reason,
  ...(refusal === "unavailable" && { retry: "later" }),
});

/** In HTTP: 403 if the token does not allow this, 503 if it could not be verified, and else 401. */
export function responseOf(refusal: Refusal): Response {
  const detail = { detail: refusals[refusal].reason };
  switch (refusal) {
    case "room":
      return Response.json(detail, { status: 403 });
    case "unavailable":
      return Response.json(detail, { status: 503, headers: { "Retry-After": "5" } });
    default:
      return Response.json(detail, { status: 401, headers: { "WWW-Authenticate": "Bearer" } });
  }
}
