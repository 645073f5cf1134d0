// Topics of two members each, who send only to each other.

import { gather } from "./crowd.ts";
import type { BenchMember } from "./member.ts";
import type { BenchOptions } from "./options.ts";
import { offerPayload } from "./payload.ts";
import type { Run } from "./run.ts";
import type { Target } from "./targets.ts";

/** Nodes that have just started may need as long to hear of each other's members, on a busy machine. */
const meetingSeconds = 15;

/** One member of a pair. */
export interface PairMember {
  readonly member: BenchMember;
  /** One whole frame, which the server relays to the other member. */
  readonly frame: Uint8Array;
}

/** @returns the members of all pairs: first the two of the first pair, and so on */
export async function openPairs(
  target: Target,
  options: Pick<BenchOptions, "pairs" | "protocol" | "bytes">,
  run: Run,
): Promise<readonly PairMember[]> {
  const size = { members: options.pairs * 2, perTopic: 2 };
  const { members } = await gather(target, options.protocol, size, run);
  // The first member of a pair hears of the second only after that has entered.
  const paired = () => members.every((member) => member.paired);
  if (!(await run.until(paired, meetingSeconds)))
    run.fail(`${target.name} did not tell all peers who their partner is`);
  run.signal.throwIfAborted();
  return members.map((member) => {
    const payload = offerPayload(options.bytes - Buffer.byteLength(member.relayFrame("")));
    return { member, frame: member.encode(member.relayFrame(payload)) };
  });
}

/** How many of their messages the server has refused so far. */
export function errorsOf(pairs: readonly PairMember[]): number {
  return pairs.reduce((sum, { member }) => sum + member.errors, 0);
}
