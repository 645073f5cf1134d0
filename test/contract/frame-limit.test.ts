// The largest message of each protocol: what is as large passes, and what is larger closes its own socket only.

import { afterAll, beforeAll, expect } from "bun:test";
import { protocols } from "../../src/protocols/protocols.ts";
import { describeNodes, type OurServer } from "../support/two-nodes.ts";
import { type Client, meet } from "./client.ts";
import type { Contract, Exchange } from "./contract.ts";
import { environment, play } from "./contracts.ts";
import { wayOf } from "./ways.ts";

/** A contract is named after its protocol, and after what is peculiar to it. */
function limitOf({ name }: Contract): number {
  const protocol = protocols.find((each) => name === each.name || name.startsWith(`${each.name},`));
  const limit = protocol?.frameLimit?.defaultBytes;
  if (limit === undefined) throw new Error(`${name} declares no limit`);
  return limit;
}

/** A message of so many bytes from one to the other. */
function padded(contract: Contract, [from, to]: readonly Client[], bytes: number): Exchange {
  const { send } = wayOf(contract);
  const exchangeOf = (length: number) => send(from!, to!, `"${"x".repeat(length)}"`);
  const rest = bytes - Buffer.byteLength(exchangeOf(0).sent);
  const exchange = exchangeOf(rest);
  // Some have the length of the payload, or a serial number, in the message.
  const surplus = Buffer.byteLength(exchange.sent) - bytes;
  return surplus === 0 ? exchange : exchangeOf(rest - surplus);
}

describeNodes((start) => {
  let server: OurServer;

  beforeAll(async () => {
    server = await start([], environment);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  play(
    "a message of the largest size passes, and a larger one closes its sender",
    [],
    async (contract) => {
      const limit = limitOf(contract);
      const pair = await meet(contract, server.url);
      const [ann, bob] = pair;
      if (contract.maxPayloadBytes === undefined) {
        const exchange = padded(contract, pair, limit);
        expect(Buffer.byteLength(exchange.sent)).toBe(limit);
        ann.say(exchange);
        await bob.until(exchange.read);
      }
      ann.socket.send(padded(contract, pair, limit + 1).sent);
      expect(await ann.socket.closed).toEqual({ code: 1009, reason: "message too large" });
      const told = await ann.rest();
      if (contract.tooLarge !== undefined) expect(told).toContain(contract.tooLarge(ann, limit));
      if (contract.isPair === true) return;
      expect((await bob.heard()).filter((text) => text.includes("xxxx"))).toEqual([]);
    },
  );
});
