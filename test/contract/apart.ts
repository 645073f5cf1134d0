// Clients of one topic on different nodes, which is chosen here and not by turns. They settle only when they
// are asked to, so that they can talk while nodes cannot.

import { settled } from "../support/settled.ts";
import type { TwoNodes } from "../support/two-nodes.ts";
import { Client, freshTopic, join, seatIn } from "./client.ts";
import type { Contract, Seat } from "./contract.ts";

export interface Apart {
  /** Two on the first node. */
  readonly here: readonly [Client, Client];
  /** One on the second node, and with what it came. */
  readonly there: Client;
  readonly seat: Seat;
}

/** Lets clients meet, until each has heard of all others. */
export async function meetApart(contract: Contract, { cluster, url }: TwoNodes): Promise<Apart> {
  const seat = await seatIn(freshTopic(), "cid");
  const there = await Client.enter(contract, cluster.url(1), seat);
  const here = [
    await join(contract, cluster.url(0), seat.topic, "ann"),
    await join(contract, cluster.url(0), seat.topic, "bob"),
  ] as const;
  await settled(url);
  for (const client of [...here, there]) await client.heard();
  return { here, there, seat };
}
