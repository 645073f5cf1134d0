// Topics of two peers each, who talk to nobody but each other.

import { gather } from "./crowd.ts";
import { encodeFrame, opcode } from "./frame.ts";
import type { Member } from "./member.ts";
import type { BenchOptions } from "./options.ts";
import { offerPayload } from "./payload.ts";
import type { Run } from "./run.ts";
import type { Target } from "./targets.ts";

/** One peer of a pair. */
export interface PairMember {
  readonly member: Member;
  /** One whole frame that the server relays to the other peer. */
  readonly frame: Uint8Array;
}

/** @returns the two peers of every pair, one after the other */
export async function openPairs(
  target: Target,
  options: BenchOptions,
  run: Run,
): Promise<readonly PairMember[]> {
  const size = { members: options.pairs * 2, perTopic: 2 };
  const { members } = await gather(target, options.protocol, size, run);
  // The first of two hears of the second only after it has entered.
  const paired = () => members.every((member) => member.paired);
  if (!(await run.until(paired, 5))) run.fail(`${target.name} left peers without their partner`);
  run.signal.throwIfAborted();
  return members.map((member) => {
    const payload = offerPayload(options.bytes - member.relayFrame("").length);
    const text = Buffer.from(member.relayFrame(payload));
    return { member, frame: encodeFrame(opcode.text, text) };
  });
}

/** Frames of theirs that the server refused so far. */
export function errorsOf(pairs: readonly PairMember[]): number {
  return pairs.reduce((sum, { member }) => sum + member.errors, 0);
}
