// The two of a room, as each of them sees the other.

import * as v from "valibot";
import type { LocalMember, Member } from "../../core/member.ts";

/** What all nodes know of a member: which of the two it is. The second one makes the offer. */
export type Place = "first" | "second";

export const place: v.GenericSchema<unknown, Place> = v.picklist(["first", "second"]);

/** What a member is told when others come and go. No frame of a client, which is an object, is like them. */
export const notes = {
  joined: { first: "joined first", second: "joined second" },
  left: "left",
} as const;

/**
 * The other one of a pair. While two nodes let somebody in at the same moment, there may be several: then it is the one
 * that stays.
 */
export function partnerOf({ info, topic }: LocalMember<Place>): Member<Place> | undefined {
  let partner: Member<Place> | undefined;
  for (const member of topic.members.values())
    if (member.info !== info && (partner === undefined || member.id < partner.id)) partner = member;
  return partner;
}

/** Whether somebody on another node has taken the same place, and came first by the clocks of their nodes. */
export function isSurplus({ id, info, topic }: LocalMember<Place>): boolean {
  for (const member of topic.members.values())
    if (member.info === info && member.id < id) return true;
  return false;
}
