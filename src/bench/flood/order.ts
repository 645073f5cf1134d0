// What the flooder is told to do, as one line of JSON.

import * as v from "valibot";
import { type AttackName, attackNames } from "./attacks.ts";
import { maxFloodSeconds } from "./options.ts";

export interface FloodOrder {
  readonly attack: AttackName;
  /** How many connections the attack has at the same time. */
  readonly connections: number;
  readonly seconds: number;
  readonly urls: readonly [URL, ...URL[]];
  /** Whether another host may be attacked. */
  readonly isSure: boolean;
}

const maxConnections = 5000;

const whole = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max));

const url = v.pipe(
  v.string(),
  v.url(),
  v.transform((text) => new URL(text)),
);

const Order = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    attack: v.picklist(attackNames),
    connections: whole(maxConnections),
    seconds: whole(maxFloodSeconds),
    urls: v.tupleWithRest([url], url),
    isSure: v.boolean(),
  }),
);

/** @returns undefined if it is not an order */
export function readOrder(line: string): FloodOrder | undefined {
  const read = v.safeParse(Order, line);
  return read.success ? read.output : undefined;
}

export const writeOrder = (order: FloodOrder): string => JSON.stringify(order);
