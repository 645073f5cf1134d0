// The ways in which one client can reach another: by a message to it alone, or to everybody.

import type { Contract, Exchange, Member } from "./contract.ts";

export interface Way {
  readonly isBroadcast: boolean;
  send(from: Member, to: Member, payload: string): Exchange;
}

/** All that a protocol has, at least one. */
export function waysOf({ relay, broadcast }: Contract): readonly Way[] {
  const ways: Way[] = [];
  if (relay !== undefined) ways.push({ isBroadcast: false, send: relay });
  if (broadcast !== undefined)
    ways.push({ isBroadcast: true, send: (from, _to, payload) => broadcast(from, payload) });
  return ways;
}

/** To one alone where the protocol has that. */
export function wayOf(contract: Contract): Way {
  const [way] = waysOf(contract);
  if (way === undefined) throw new Error(`${contract.name} has no message for others`);
  return way;
}
