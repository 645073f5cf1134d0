// Whose signal is it? y-webrtc's clients send each signal to their whole room, with the id of the one it
// is for, and the server cannot know who has that id but by what connections say of themselves. These are
// claims and prove nothing, so that they only ever narrow down who gets a frame: an id that several claim
// reaches all of them, and whoever claims too much gets everything, as if there were no claims.

/** The ids that one member of a room has said to be its own; `all` when they were too many to keep. */
export type Claims = readonly string[] | "all";

export const noClaims: Claims = [];

/** Ids of one member. A client has one for as long as it stays in the room. */
export const maxClaims = 8;

/** Longest id that is kept, in UTF-16 units. A client's is a UUID of 36. */
export const maxClaimLength = 128;

/** Adds an id to a member's claims. @returns the same ones when that changes nothing */
export function withClaim(claims: Claims, id: string): Claims {
  if (isClaimed(claims, id)) return claims;
  if (claims.length === maxClaims || id.length > maxClaimLength) return "all";
  return [...claims, copyOf(id)];
}

/** Whether a frame for `id` must reach the member with these claims, should anybody have claimed it. */
export const isClaimed = (claims: Claims, id: string): boolean =>
  claims === "all" || claims.includes(id);

/** Whether the member has said by name that this id is its own. */
export const isNamed = (claims: Claims, id: string): boolean =>
  claims !== "all" && claims.includes(id);

/** A part of a text keeps all of it in memory, for as long as the claim is kept. */
const copyOf = (id: string): string => Buffer.from(id, "utf16le").toString("utf16le");
