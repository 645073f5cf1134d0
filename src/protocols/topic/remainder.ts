// What a membership has to give to the next connection of its client, here or on another node.

import * as v from "valibot";

/** UTF-16 units of the frames that one answer to another node holds; the rest is missed. */
const maxHandedOver = 400_000;

/** What was sent, and what waits. JSON. */
export interface Remainder {
  /** What was sent and has not been received; not set if that is not known any more. */
  readonly missed?: readonly string[] | undefined;
  /** What was never sent. */
  readonly waiting: readonly string[];
  /** Frames that its client has received in all. */
  readonly received: number;
}

const frame = v.pipe(v.string(), v.nonEmpty(), v.maxLength(maxHandedOver));

const remainder = v.object({
  missed: v.optional(v.array(frame)),
  waiting: v.array(frame),
  received: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});

/** @returns `undefined` for what no node would answer */
export function checkedRemainder(answer: unknown): Remainder | undefined {
  const checked = v.safeParse(remainder, answer);
  return checked.success ? checked.output : undefined;
}

/** What one answer to another node holds of several remainders. */
export class RemainderRoom {
  #taken = 0;

  /** @returns as much of it as there is room for; its client is told if that is not all */
  fit(whole: Remainder): Remainder {
    if (this.#taken >= maxHandedOver / 2) return { waiting: [], received: whole.received };
    const fitted = cut(whole);
    this.#taken += lengthOf([...(fitted.missed ?? []), ...fitted.waiting]);
    return fitted;
  }
}

/** As much of it as one answer holds. */
function cut(whole: Remainder): Remainder {
  if (lengthOf([...(whole.missed ?? []), ...whole.waiting]) <= maxHandedOver) return whole;
  const waiting = [...whole.waiting];
  for (let length = lengthOf(waiting); length > maxHandedOver; )
    length -= waiting.pop()?.length ?? 0;
  return { waiting, received: whole.received };
}

const lengthOf = (frames: readonly string[]): number =>
  frames.reduce((sum, { length }) => sum + length, 0);

/** What is known of a member whose node does not answer. */
export const nothingKnown = (received: number): Remainder => ({
  waiting: [],
  received: Number.isSafeInteger(received) ? received : 0,
});
