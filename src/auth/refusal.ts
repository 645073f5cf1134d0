// Why a token is refused: a closed table. Clients are told the reason, which says no more than they need;
// the detail is for whoever holds the token in their hands and asks `signalbox token --verify`.

import type { CloseReason } from "../core/close.ts";

/** The longest token, in characters: a header of a request can hold it. */
export const maxTokenLength = 8192;

/** The longest `sub` and name, in UTF-16 units. */
export const maxNameLength = 255;

/** The sender of the server's own frames, which is therefore nobody's user id. */
export const serverId = "server";

/** Seconds by which clocks may differ. */
export const leewaySeconds = 60;

/** Days ahead beyond which an expiry is none: it is in milliseconds, or was meant to be never. */
export const maxDaysAhead = 366;

export const refusals = {
  noKey: {
    reason: "no JWT key configured",
    detail: "there is no key to verify it with: set JWT_SECRET, JWT_PUBLIC_KEY_FILE or JWKS_URL",
  },
  unavailable: {
    reason: "token keys unavailable",
    detail:
      "the keys at JWKS_URL could not be fetched, or were fetched less than 30 s ago and do not have its key",
  },
  missing: { reason: "token missing", detail: "there is no token" },
  repeated: { reason: "token invalid", detail: "there is more than one token" },
  tooLong: { reason: "token invalid", detail: `it is longer than ${maxTokenLength} characters` },
  malformed: {
    reason: "token invalid",
    detail:
      "it is no JWT: three parts in base64url, of JSON, JSON and a signature; or its iat is no number",
  },
  algorithm: {
    reason: "token invalid",
    detail: "its algorithm is not that of the configured key",
  },
  unknownKey: {
    reason: "token invalid",
    detail: "JWKS_URL has no key that its kid and alg name, or more than one",
  },
  signature: {
    reason: "token invalid",
    detail: "its signature is not by the configured key: another key, or the token was altered",
  },
  expired: { reason: "token expired", detail: "its time (exp) is over" },
  endless: {
    reason: "token invalid",
    detail: `it has no expiry (exp): none, no number of seconds, or over ${maxDaysAhead} days ahead`,
  },
  tooEarly: { reason: "token invalid", detail: "its time (nbf) has not come, or is no number" },
  audience: {
    reason: "token invalid",
    detail: "it is for another audience (aud) than JWT_AUDIENCE",
  },
  issuer: { reason: "token invalid", detail: "it is by another issuer (iss) than JWT_ISSUER" },
  subject: {
    reason: "token invalid",
    detail: `it does not say who its holder is: sub must be a text of 1 to ${maxNameLength} characters, and not ${serverId}`,
  },
  name: {
    reason: "token invalid",
    detail: `its username or name has more than ${maxNameLength} characters`,
  },
  rooms: { reason: "token invalid", detail: "its rooms are no list of texts" },
  room: { reason: "room not allowed", detail: "its rooms do not name this one" },
} as const satisfies Record<string, { readonly reason: string; readonly detail: string }>;

export type Refusal = keyof typeof refusals;

/** Try again later, as IANA's registry has it: the token may be good. */
const laterCode = 1013;

/** @param code for what a client must mend; 1008 is RFC 6455's for a breach of policy */
export const closingOf = (refusal: Refusal, code = 1008): CloseReason => ({
  code: refusal === "unavailable" ? laterCode : code,
  reason: refusals[refusal].reason,
});

/** The same in HTTP: 401, 403 for what this token does not allow, 503 where it could not be judged. */
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
