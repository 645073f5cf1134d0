// What a peer shows the others of its space: its roles, its meta, and since when it is there.

import * as v from "valibot";
import type { RemoteMember } from "../../core/member.ts";
import { isReadableMeta } from "./readable.ts";

/** The two sides of a session. */
export const sides = ["producer", "consumer"] as const;

export type Side = (typeof sides)[number];

export const roleNames = [...sides, "listener"] as const;

export type Role = (typeof roleNames)[number];

/** What a peer has said of itself. */
export interface Status {
  /** Each once, in the peer's order. */
  readonly roles: readonly Role[];
  /** JSON as the peer wrote it. */
  readonly meta: string;
}

export interface GstRegistration extends Status {
  /** When it connected: milliseconds since 1970 and parts of them, by its node's clock. */
  readonly since: number;
}

/** The status of a peer that has set none. */
export const noStatus: Status = { roles: [], meta: "null" };

export const has = ({ roles }: Status, role: Role): boolean => roles.includes(role);

/** Whether a peer is as one that has said nothing. */
export const isBlank = (status: Status): boolean => isSame(status, noStatus);

/** Whether the two say the same: roles in the same order, and meta that mean the same. */
export function isSame(one: Status, other: Status): boolean {
  const hasSameRoles = one.roles.join() === other.roles.join();
  return hasSameRoles && (one.meta === other.meta || isSameJson(one.meta, other.meta));
}

/** Nested no deeper than `isReadableMeta` allows. */
const isSameJson = (one: string, other: string): boolean =>
  Bun.deepEquals(JSON.parse(one), JSON.parse(other));

/** Whether any text can be a meta. */
function isMeta(text: string, maxBytes: number): boolean {
  try {
    JSON.parse(text);
    return Buffer.byteLength(text) <= maxBytes && isReadableMeta(text);
  } catch {
    return false;
  }
}

/** What another node may say of a peer. */
export const registration = (maxMetaBytes: number): v.GenericSchema<unknown, GstRegistration> =>
  v.object({
    roles: v.pipe(v.array(v.picklist(roleNames)), v.maxLength(roleNames.length)),
    meta: v.pipe(
      v.string(),
      v.check((text) => isMeta(text, maxMetaBytes)),
    ),
    since: v.pipe(v.number(), v.finite()),
  });

type ListedPeer = Pick<RemoteMember<GstRegistration>, "id" | "info">;

/** Oldest first: an element that asks for any producer takes the first. */
export const byAge = (one: ListedPeer, other: ListedPeer): number =>
  one.info.since - other.info.since || (one.id < other.id ? -1 : 1);
