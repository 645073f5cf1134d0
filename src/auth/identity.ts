// Who holds a token, and what it allows: the claims of a token whose signature is good.

import type { JWTPayload } from "jose";
import type { Pass } from "../core/pass.ts";
import { isRole, type Rights } from "../core/rights.ts";
import { leewaySeconds, maxDaysAhead, maxNameLength, type Refusal, serverId } from "./refusal.ts";
import type { Revocable } from "./revocations.ts";

const maxMsAhead = maxDaysAhead * 24 * 3600 * 1000;

/** What a token says of its holder, beside how long it holds. */
interface Claims {
  readonly userId: string;
  /** The name that others see. */
  readonly name: string;
  /** See `Identity`. */
  readonly rooms?: readonly string[] | undefined;
  readonly role?: string | undefined;
  readonly rights?: Rights | undefined;
  readonly jti?: string | undefined;
  readonly issuedAt?: number;
}

export class Identity implements Pass, Revocable {
  readonly userId: string;
  readonly name: string;
  readonly until: number;
  readonly role: string | undefined;
  readonly rights: Rights | undefined;
  readonly jti: string | undefined;
  readonly issuedAt: number;
  /** Names of topics; a `*` at the end stands for any end. `undefined` allows all topics. */
  readonly #rooms: readonly string[] | undefined;

  /** @param until milliseconds since 1970 */
  constructor({ userId, name, rooms, role, rights, jti, issuedAt = 0 }: Claims, until: number) {
    this.userId = userId;
    this.name = name;
    this.until = until;
    this.role = role;
    this.rights = rights;
    this.jti = jti;
    this.issuedAt = issuedAt;
    this.#rooms = rooms;
  }

  mayJoin(name: string): boolean {
    return this.#rooms?.some((pattern) => covers(pattern, name)) ?? true;
  }
}

const covers = (pattern: string, name: string): boolean =>
  pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** Reads the claims of a token whose signature was verified. */
export function identityOf(claims: JWTPayload): Identity | Refusal {
  const { sub, exp, iat, jti, role } = claims;
  if (typeof exp !== "number" || exp * 1000 > Date.now() + maxMsAhead) return "endless";
  if (!isText(sub) || sub.length > maxNameLength || !sub.isWellFormed()) return "subject";
  if (sub === serverId) return "subject";
  const name = [claims["username"], claims["name"]].find(isText) ?? sub;
  if (name.length > maxNameLength) return "name";
  const lists = listsIn(claims);
  if (typeof lists === "string") return lists;
  const { rooms, can, to } = lists;
  // Tokens of other systems may have a role that is none here: it lets nobody reach more.
  const own = isRole(role) ? role : undefined;
  const said = { userId: sub, name, rooms, role: own, rights: rightsOf(can, to) };
  // A longer one cannot be revoked, so that it is not kept.
  const id = isText(jti) && jti.length <= maxNameLength ? jti : undefined;
  return new Identity({ ...said, jti: id, issuedAt: iat ?? 0 }, (exp + leewaySeconds) * 1000);
}

interface Lists {
  readonly rooms: readonly string[] | undefined;
  readonly can: readonly string[] | undefined;
  readonly to: readonly string[] | undefined;
}

function listsIn({ rooms, can, to }: JWTPayload): Lists | Refusal {
  if (!isTextsOrUnset(rooms)) return "rooms";
  if (!isTextsOrUnset(can)) return "can";
  if (!isTextsOrUnset(to)) return "to";
  return { rooms, can, to };
}

/** A word in `can` that this version does not know allows nothing. */
function rightsOf(
  can: readonly string[] = ["signal", "broadcast"],
  to?: readonly string[],
): Rights | undefined {
  const [maySignal, mayBroadcast] = [can.includes("signal"), can.includes("broadcast")];
  if (maySignal && mayBroadcast && to === undefined) return undefined;
  return { maySignal, mayBroadcast, to: to && new Set(to) };
}

const isText = (claim: unknown): claim is string => typeof claim === "string" && claim !== "";

const isTextsOrUnset = (claim: unknown): claim is readonly string[] | undefined =>
  claim === undefined || (Array.isArray(claim) && claim.every((item) => typeof item === "string"));
