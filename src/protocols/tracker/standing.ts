// What all nodes know of a member of a swarm, as one small number: a swarm may have 10,000 of them on each node.

import * as v from "valibot";
import type { NodeId } from "../../core/ids.ts";

/** 1 if it has everything, and 2 more if its connection is silent. */
export type Standing = 0 | 1 | 2 | 3;

/** What another node may say of a member. */
export const standing: v.GenericSchema<unknown, Standing> = v.picklist([0, 1, 2, 3]);

export function standingOf(isComplete: boolean, isSilent: boolean): Standing {
  if (isComplete) return isSilent ? 3 : 1;
  return isSilent ? 2 : 0;
}

/** Whether it has everything. */
export const isComplete = (of: Standing): boolean => of === 1 || of === 3;

/** Whether its connection has said nothing for so long that another one may take its id over. */
export const isSilent = (of: Standing): boolean => of === 2 || of === 3;

interface Claimant {
  readonly node: NodeId;
  readonly info: Standing;
}

/** Whether a member keeps its id beside one on another node: one that is silent gives it up. */
export function outlasts(own: Claimant, other: Claimant): boolean {
  if (isSilent(own.info) !== isSilent(other.info)) return isSilent(other.info);
  // Both came at the same moment, or while the nodes could not reach each other.
  return own.node < other.node;
}
