// What all nodes know of a member: the number of its turn, which is greater than those of all whom it found there.

import * as v from "valibot";

/** Another node may not say a number after which there is none. */
const maxTurn = 2 ** 52;

export const turn: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(maxTurn),
);
