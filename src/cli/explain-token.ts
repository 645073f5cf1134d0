// What `signalbox token --verify` says: each claim of a token, or why the server refuses it.

import { decodeJwt, decodeProtectedHeader } from "jose";
import { jwtAudience, jwtIssuer } from "../auth/options.ts";
import { leewaySeconds, refusals } from "../auth/refusal.ts";
import { Tokens } from "../auth/tokens.ts";
import type { Settings } from "../options/option.ts";
import { ExitError } from "../process/exit.ts";

interface ListClaims {
  readonly rooms?: readonly string[];
  readonly can?: readonly string[];
  readonly to?: readonly string[];
}

/** @throws {ExitError} why a server with these settings refuses the token */
export async function explainToken(settings: Settings, token: string): Promise<string> {
  const identity = await new Tokens(settings).verify(token);
  if (typeof identity === "string") {
    const { reason, detail } = refusals[identity];
    throw new ExitError(`refused (${identity}): ${detail}\nclients are told: ${reason}`);
  }
  const { alg, kid } = decodeProtectedHeader(token);
  const { jti } = identity;
  const { exp = 0, nbf, aud, iss, rooms, can, to } = decodeJwt<ListClaims>(token);
  const lines: readonly (readonly [string, string])[] = [
    ["alg", `${alg}, the algorithm of the configured key; the signature is valid`],
    ["kid", kid === undefined ? "not set" : `${shown(kid)}: the name of its key`],
    ["jti", jti === undefined ? "not set: it can be revoked with its user's only" : shown(jti)],
    ["sub", `${shown(identity.userId)}: the user's id`],
    ["name", `${shown(identity.name)}: the name that others are shown`],
    [
      "rooms",
      rooms === undefined ? "not set: valid for all rooms" : `valid for ${shown(rooms)} only`,
    ],
    ["role", roleLine(identity.role)],
    ["can", can === undefined ? "not set: may signal and broadcast" : `may do ${shown(can)} only`],
    ["to", to === undefined ? "not set: may reach everybody" : `may reach ${shown(to)} only`],
    ["nbf", nbf === undefined ? "not set: valid from the start" : `valid from ${time(nbf)}`],
    ["exp", `valid until ${time(exp)}, and for ${leewaySeconds} s of leeway`],
    ["aud", checkedLine(aud, settings(jwtAudience))],
    ["iss", checkedLine(iss, settings(jwtIssuer))],
  ];
  return lines.map(([claim, text]) => `${claim.padEnd(7)}${text}`).join("\n");
}

const roleLine = (role: string | undefined): string =>
  role === undefined ? "not set, or no text of a role: none" : `${shown(role)}: the holder's role`;

/** As JSON, and with what a terminal would obey escaped: JSON leaves some of that as it is. */
const shown = (claim: unknown): string =>
  JSON.stringify(claim).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (odd) =>
    odd
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );

/** As a date, or as a number if no calendar has the time. */
function time(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s since 1970` : date.toISOString();
}

/** A claim that is checked only if the settings require it. It has passed the check. */
const checkedLine = (claim: unknown, required: string | undefined): string =>
  `${claim === undefined ? "not set" : shown(claim)}: ${required === undefined ? "not checked" : "as required"}`;
