// Who holds a token, and what it allows: the claims of a token whose signature is good.

import type { JWTPayload } from "jose";
import type { Pass } from "../core/peer.ts";
import { leewaySeconds, maxDaysAhead, maxNameLength, type Refusal, serverId } from "./refusal.ts";

const maxMsAhead = maxDaysAhead * 24 * 3600 * 1000;

export class Identity implements Pass {
  readonly userId: string;
  /** The name that others see. */
  readonly name: string;
  readonly until: number;
  /** Names of topics; a `*` at the end stands for any end. `undefined` allows all topics. */
  readonly #rooms: readonly string[] | undefined;

  constructor(userId: string, name: string, until: number, rooms?: readonly string[]) {
    this.userId = userId;
    this.name = name;
    this.until = until;
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
  const { sub, exp, rooms } = claims;
  if (typeof exp !== "number" || exp * 1000 > Date.now() + maxMsAhead) return "endless";
  if (!isText(sub) || sub.length > maxNameLength || !sub.isWellFormed()) return "subject";
  if (sub === serverId) return "subject";
  const name = [claims["username"], claims["name"]].find(isText) ?? sub;
  if (name.length > maxNameLength) return "name";
  if (rooms !== undefined && !isTexts(rooms)) return "rooms";
  return new Identity(sub, name, (exp + leewaySeconds) * 1000, rooms);
}

const isText = (claim: unknown): claim is string => typeof claim === "string" && claim !== "";

const isTexts = (claim: unknown): claim is readonly string[] =>
  Array.isArray(claim) && claim.every((item) => typeof item === "string");
