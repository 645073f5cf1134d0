// What of a connection is done at once, and what waits for its turn where this tick has done enough.

import type { Peer } from "../core/peer.ts";
import type { WorkQueue } from "../core/work-queue.ts";

/** Kept messages that are handled in one turn, if there is time. */
export const messagesPerTurn = 64;

/**
 * UTF-16 units of the longest message that never waits for its turn. A longer one costs more than a relay: it asks for
 * a hundred topics, or sets a thousand fields.
 */
export const promptLength = 2048;

/** What leaving one topic counts for `WorkQueue.mayDo`: some microseconds. */
export const unitsOfLeave = 256;

/** Whether a message never waits for its turn. */
export const isPrompt = ({ isEager }: Peer, { length }: string): boolean =>
  length <= promptLength && !isEager;

/** Whether another message may be handled at once. */
export const mayHandle = (work: WorkQueue, { isEager }: Peer, { length }: string): boolean =>
  isEager ? work.mayBegin() : work.mayDo(length);

/** Whether a peer may leave at once. If the server has closed it, its successor may be waiting for that. */
export const mayLeave = (work: WorkQueue, peer: Peer | undefined): boolean =>
  peer === undefined ||
  peer.ended !== undefined ||
  work.mayDo(peer.memberships.length * unitsOfLeave);
