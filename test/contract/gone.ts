// What others notice of a client that is gone, however it went.

import { expect } from "bun:test";
import type { Client } from "./client.ts";
import type { Contract, Member } from "./contract.ts";
import { wayOf } from "./ways.ts";

/** Milliseconds between two messages to somebody who may still be there. */
const pauseMs = 20;

/** They are told by whatever the protocol has for that, and go on talking. */
export async function expectGone(
  contract: Contract,
  gone: Member,
  [one, other]: readonly [Client, Client],
): Promise<void> {
  const { membership } = contract;
  if (membership !== undefined)
    for (const client of [one, other]) await client.until(membership.left(gone));
  await untilAbsent(contract, one, gone);
  const exchange = wayOf(contract).send(one, other, '"after"');
  one.say(exchange);
  await one.heard();
  expect((await other.heard()).filter((text) => text.includes("after"))).toEqual([exchange.read]);
}

/** Sends until it is told that nobody is there. What is sent before the server knows that may be lost. */
async function untilAbsent(contract: Contract, sender: Client, gone: Member): Promise<void> {
  const { relay, failures } = contract;
  if (relay === undefined || failures === undefined) return;
  let isTold = false;
  const told = sender.until(failures.absent(sender, gone)).finally(() => {
    isTold = true;
  });
  while (!isTold) {
    sender.say(relay(sender, gone, "1"));
    await Bun.sleep(pauseMs);
  }
  await told;
}
