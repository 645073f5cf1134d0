// Whose signal is it? y-webrtc's clients send each signal to their whole room, with the id of the client that
// it is for. The server knows who has that id only by what connections say of themselves. That proves
// nothing, so it only ever narrows down who gets a frame: an id that several connections claim reaches all
// of them, and a connection that claims too many ids gets everything.

import * as v from "valibot";
import { ownString } from "../../core/own-string.ts";

/** The ids that one member of a room has said to be its own; `all` when they were too many to keep. */
export type ClaimedIds = readonly string[] | "all";

export const noIds: ClaimedIds = [];

/** Ids of one member. A client has one for as long as it stays in the room. */
export const maxIds = 8;

/** Longest id that is kept, in UTF-16 units. A client's is a UUID of 36. */
export const maxIdLength = 128;

/** What another node may say of a member. */
export const claimedIds: v.GenericSchema<unknown, ClaimedIds> = v.union([
  v.literal("all"),
  v.pipe(v.array(v.pipe(v.string(), v.maxLength(maxIdLength))), v.maxLength(maxIds)),
]);

/** Adds an id. @returns the same ids when that changes nothing */
export function withId(ids: ClaimedIds, id: string): ClaimedIds {
  if (isClaimed(ids, id)) return ids;
  if (ids.length === maxIds || id.length > maxIdLength) return "all";
  return [...ids, ownString(id)];
}

/** Whether a frame for `id` must reach the member with these ids, if anybody has claimed it. */
export const isClaimed = (ids: ClaimedIds, id: string): boolean =>
  ids === "all" || ids.includes(id);

/** Whether the member has claimed this very id. */
export const isNamed = (ids: ClaimedIds, id: string): boolean => ids !== "all" && ids.includes(id);
