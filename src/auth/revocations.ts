// Tokens that are void before their time: one by its `jti`, or all that a user was given before a time. All nodes know
// them, until the tokens would be over anyway.

import * as v from "valibot";
import type { Bus } from "../core/bus.ts";
import { type Added, maxTexts, type SharedSet } from "../core/shared-set.ts";
import { leewaySeconds, maxDaysAhead, maxNameLength } from "./refusal.ts";

/** Milliseconds after which a token is over in any case, from when it was made. */
const longestMs = (maxDaysAhead * 86_400 + leewaySeconds) * 1000;

/** Latest time before which tokens can be revoked, in milliseconds from now: a clock that is ahead. */
const maxAheadMs = 86_400_000;

/** What is revoked. */
export type Revocation =
  /** One token, by its id. */
  | { readonly jti: string }
  /** All tokens of a user that were made before a time, in seconds since 1970. A token without `iat` is one of them. */
  | { readonly sub: string; readonly before: number };

/** What identities have that can be revoked. */
export interface Revocable {
  readonly userId: string;
  readonly jti: string | undefined;
  /** Seconds since 1970; 0 for a token that does not say. */
  readonly issuedAt: number;
}

const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(maxNameLength), v.check(isWellFormed));

/** Reads a revocation, as an operator writes it. */
export const revocation: v.GenericSchema<unknown, Revocation> = v.union([
  v.strictObject({ jti: id }),
  v.strictObject({
    sub: id,
    before: v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.check((before) => before * 1000 <= Date.now() + maxAheadMs),
    ),
  }),
]);

/** In words, for whoever has written something else. */
export const revocationForm =
  `must be {"jti":"…"}, or {"sub":"…","before":seconds since 1970, at most a day ahead}; ` +
  `ids have 1 to ${maxNameLength} characters`;

export class Revocations {
  readonly #set: SharedSet;
  #revoked: () => void = () => undefined;

  constructor(bus: Pick<Bus, "shared">) {
    this.#set = bus.shared("revocations", () => this.#revoked());
  }

  /** How many are in force. */
  get size(): number {
    return this.#set.size;
  }

  /** As `SharedSet.known` has it. */
  get known(): Promise<void> | undefined {
    return this.#set.known;
  }

  /** @param revoked is called when a token may have been revoked, on whichever node. Must not throw */
  onRevoked(revoked: () => void): void {
    this.#revoked = revoked;
  }

  /**
   * Revokes, on all nodes and at once.
   * @returns `kept` if it outlives this node, `unkept` if it does not yet, or, without Redis, never does; `full` if
   * nothing was revoked, as there are `maxRevocations`
   */
  revoke(what: Revocation): Promise<Added> {
    return "jti" in what
      ? this.#set.add(`jti ${what.jti}`, Date.now() + longestMs)
      : // Its own time is in that until which it is kept: then all tokens from before are over.
        this.#set.add(`sub ${what.sub}`, what.before * 1000 + longestMs);
  }

  /** Whether a token is void. */
  covers({ userId, jti, issuedAt }: Revocable): boolean {
    if (this.#set.size === 0) return false;
    if (jti !== undefined && this.#set.until(`jti ${jti}`) !== undefined) return true;
    const until = this.#set.until(`sub ${userId}`);
    return until !== undefined && issuedAt * 1000 < until - longestMs;
  }
}

/** Most that are in force at a time. */
export const maxRevocations = maxTexts;

function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}
