// Which connections a signal is for. Clients of y-webrtc send each signal to their whole room, with the id of the
// client that it is for. The server knows only which ids connections claim, which proves nothing. So an id only
// narrows down who gets a frame: if several connections claim it, all of them get the frame, and a connection that
// claims too many ids gets everything.

import * as v from "valibot";
import { ownString } from "../../core/own-string.ts";

/** The ids that one member of a room claims. `all` if they were too many to keep. */
export type ClaimedIds = readonly string[] | "all";

export const noIds: ClaimedIds = [];

/** Most ids that are kept for one member. A client has one for as long as it stays in the room. */
export const maxIds = 8;

/** Longest id that is kept, in UTF-16 units. The id of a client is a UUID, which has 36. */
export const maxIdLength = 128;

/** Checks what another node says about a member. */
export const claimedIds: v.GenericSchema<unknown, ClaimedIds> = v.union([
  v.literal("all"),
  v.pipe(v.array(v.pipe(v.string(), v.maxLength(maxIdLength))), v.maxLength(maxIds)),
]);

/** The key of members that get everything. No signal is for an empty id. */
export const everything = "";

const everythingOnly = [everything];

/** By what a room finds a member: the ids that it claims, or `everything`. */
export const keysOf = (ids: ClaimedIds): readonly string[] =>
  ids === "all" ? everythingOnly : ids;

/** Adds an id, which is not empty. @returns the same object if nothing changes */
export function withId(ids: ClaimedIds, id: string): ClaimedIds {
  if (ids === "all" || ids.includes(id)) return ids;
  if (ids.length === maxIds || id.length > maxIdLength) return "all";
  return [...ids, ownString(id)];
}
