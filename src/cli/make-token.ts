// What `signalbox token` makes: a token that a server with the same settings takes.

import * as v from "valibot";
import { jwtSecret } from "../auth/options.ts";
import { maxDaysAhead, refusals } from "../auth/refusal.ts";
import { sign } from "../auth/sign.ts";
import { Tokens } from "../auth/tokens.ts";
import { isRoleName, maxRoleLength } from "../core/rights.ts";
import { list, type Option, type Settings, text } from "../options/option.ts";
import { ExitError } from "../process/exit.ts";

const unitSeconds: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

const durationForm = `must be a time from 1s to ${maxDaysAhead}d, like 90s, 15m, 12h or 7d`;

/** Seconds. The longest is what the server accepts, so that no token is made that it refuses. */
const duration = v.pipe(
  v.string(),
  v.regex(/^\d{1,9}[smhd]?$/, durationForm),
  v.transform((given) => Number.parseInt(given, 10) * (unitSeconds[given.replace(/\d+/, "")] ?? 1)),
  v.minValue(1, durationForm),
  v.maxValue(maxDaysAhead * 86_400, durationForm),
);

const sub: Option<string | undefined> = {
  name: "sub",
  placeholder: "id",
  schema: text(),
  default: undefined,
  help: "user id that the token is for",
};

const userName: Option<string | undefined> = {
  name: "name",
  placeholder: "name",
  schema: text(),
  default: undefined,
  help: "name that others are shown; the user id if unset",
};

const rooms: Option<readonly string[] | undefined> = {
  name: "rooms",
  placeholder: "list",
  schema: list(),
  default: undefined,
  help: "rooms that the token allows, comma-separated; team-* allows all that begin with team-; all rooms if unset",
};

const role: Option<string | undefined> = {
  name: "role",
  placeholder: "name",
  schema: v.pipe(v.string(), v.check(isRoleName, `must be 1 to ${maxRoleLength} characters`)),
  default: undefined,
  help: "role of the holder, by which others may be allowed to reach it; none if unset",
};

const abilities = ["signal", "broadcast"] as const;

const can: Option<readonly string[] | undefined> = {
  name: "can",
  placeholder: "list",
  schema: v.pipe(
    list(),
    v.check(
      (given) => given.every((each) => abilities.some((ability) => ability === each)),
      "must be signal, broadcast or both",
    ),
  ),
  default: undefined,
  help: "what the holder may do, comma-separated: signal to one, broadcast to all; both if unset",
};

const to: Option<readonly string[] | undefined> = {
  name: "to",
  placeholder: "roles",
  schema: list(),
  default: undefined,
  help: "roles that the holder may reach, comma-separated; everybody if unset",
};

const ttl: Option<number> = {
  name: "ttl",
  placeholder: "duration",
  schema: duration,
  default: 900,
  help: "lifetime, like 90s, 15m, 12h or 7d; a number alone is seconds",
};

/** What a token is made of. */
export const tokenFlags: readonly Option<unknown>[] = [sub, userName, rooms, role, can, to, ttl];

/** @throws {ExitError} why there is no token */
export async function makeToken(settings: Settings): Promise<string> {
  const subject = settings(sub);
  const secret = settings(jwtSecret);
  if (secret === undefined)
    throw new ExitError("making a token needs a shared secret: set JWT_SECRET or JWT_SECRET_FILE");
  if (subject === undefined)
    throw new ExitError("--sub is missing: the id of the user that the token is for");
  const claims = {
    sub: subject,
    name: settings(userName),
    rooms: settings(rooms),
    role: settings(role),
    can: settings(can),
    to: settings(to),
  };
  const token = await sign(settings, secret, claims, settings(ttl));
  const verified = await new Tokens(settings).verify(token);
  if (typeof verified === "string")
    throw new ExitError(`the server would refuse this token: ${refusals[verified].detail}`);
  return token;
}
