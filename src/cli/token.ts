// `signalbox token`: makes a token for trying out, or explains one.

import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import * as v from "valibot";
import { jwtAudience, jwtIssuer, jwtSecret, jwtSecretFile } from "../auth/options.ts";
import { leewaySeconds, refusals } from "../auth/refusal.ts";
import { Tokens } from "../auth/tokens.ts";
import { list, type Option, type Settings, text } from "../options/option.ts";

const unitSeconds: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

const duration = v.pipe(
  v.string(),
  v.regex(/^\d{1,9}[smhd]?$/, "must be like 90s, 15m, 12h or 7d"),
  v.transform((given) => Number.parseInt(given, 10) * (unitSeconds[given.replace(/\d+/, "")] ?? 1)),
);

const sub: Option<string | undefined> = {
  name: "sub",
  placeholder: "id",
  schema: text(),
  default: undefined,
  help: "who the token is for: the user's id",
};

const userName: Option<string | undefined> = {
  name: "name",
  placeholder: "name",
  schema: text(),
  default: undefined,
  help: "what others are shown; the id without",
};

const rooms: Option<readonly string[] | undefined> = {
  name: "rooms",
  placeholder: "list",
  schema: list(),
  default: undefined,
  help: "rooms that it is good for, with commas between them and * at the end of a beginning; all without",
};

const ttl: Option<number> = {
  name: "ttl",
  placeholder: "duration",
  schema: duration,
  default: 900,
  help: "how long it is good, as 90s, 15m, 12h or 7d; seconds without a unit",
};

/** What a token is made of. */
export const tokenFlags: readonly Option<unknown>[] = [sub, userName, rooms, ttl];

/** What the command prints, and whether what was asked for could be done. */
export interface Answer {
  readonly text: string;
  readonly isGood: boolean;
}

const good = (text: string): Answer => ({ text, isGood: true });
const bad = (text: string): Answer => ({ text, isGood: false });

/** Makes a token that a server with the same settings takes. */
export async function makeToken(settings: Settings): Promise<Answer> {
  const [subject, name, audience, issuer] = [sub, userName, jwtAudience, jwtIssuer].map(settings);
  const secret = settings(jwtSecret) ?? settings(jwtSecretFile);
  if (secret === undefined)
    return bad("a token is made with a shared secret: set JWT_SECRET or JWT_SECRET_FILE");
  if (subject === undefined)
    return bad("--sub is needed: the id of the user that the token is for");
  const now = Math.floor(Date.now() / 1000);
  const claims: Record<string, unknown> = {
    sub: subject,
    name,
    rooms: settings(rooms),
    aud: audience,
    iss: issuer,
    iat: now,
    exp: now + settings(ttl),
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(secret);
  const verified = await new Tokens(settings).verify(token);
  return typeof verified === "string"
    ? bad(`it would be refused: ${refusals[verified].detail}`)
    : good(token);
}

/** Says of a token what each claim means, or why a server with these settings refuses it. */
export async function explainToken(settings: Settings, token: string): Promise<Answer> {
  const identity = await new Tokens(settings).verify(token);
  if (typeof identity === "string") {
    const { reason, detail } = refusals[identity];
    return bad(`refused (${identity}): ${detail}\nclients are told: ${reason}`);
  }
  const { alg } = decodeProtectedHeader(token);
  const { exp = 0, nbf, aud, iss, rooms: names } = decodeJwt<{ rooms?: readonly string[] }>(token);
  const lines: readonly (readonly [string, string])[] = [
    ["alg", `${alg}: that of the configured key, and the signature is good`],
    ["sub", `${shown(identity.userId)}: the user's id`],
    ["name", `${shown(identity.name)}: what others are shown`],
    ["rooms", names === undefined ? "none: good for all rooms" : `good for ${shown(names)} only`],
    ["nbf", nbf === undefined ? "none: good from the beginning" : `good from ${time(nbf)}`],
    ["exp", `good until ${time(exp)}, and for ${leewaySeconds} s of leeway`],
    ["aud", audienceLine(aud, settings(jwtAudience))],
    ["iss", audienceLine(iss, settings(jwtIssuer))],
  ];
  return good(lines.map(([claim, text]) => `${claim.padEnd(7)}${text}`).join("\n"));
}

/** As JSON: what is in a token must not write to the terminal as it likes. JSON leaves some of that as it is. */
const shown = (claim: unknown): string =>
  JSON.stringify(claim).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (odd) =>
    odd
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );

/** Of a time that no calendar has, the number. */
function time(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s since 1970` : date.toISOString();
}

const audienceLine = (claim: unknown, wanted: string | undefined): string =>
  `${claim === undefined ? "none" : shown(claim)}: ${wanted === undefined ? "not asked for" : "as configured"}`;
