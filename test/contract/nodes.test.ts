// Two nodes that cannot reach each other for a while. What they do when they can, is in meeting.test.ts.

import { afterAll, beforeAll, describe, expect } from "bun:test";
import { logged } from "../support/cluster.ts";
import { describeWith } from "../support/missing.ts";
import { redisProgram } from "../support/redis-server.ts";
import { settled } from "../support/settled.ts";
import { until } from "../support/talkers.ts";
import { TwoNodes } from "../support/two-nodes.ts";
import { type Apart, meetApart } from "./apart.ts";
import { type Client, join } from "./client.ts";
import type { Contract } from "./contract.ts";
import { environment, lasting, play } from "./contracts.ts";
import { wayOf } from "./ways.ts";

/** A frame from the first arrives at the second. */
async function talk(contract: Contract, from: Client, to: Client, word: string): Promise<void> {
  const exchange = wayOf(contract).send(from, to, `"${word}"`);
  from.say(exchange);
  await to.until(exchange.read);
}

describeWith(redisProgram, "Redis")("nodes whose Redis", () => {
  let servers: TwoNodes;

  beforeAll(async () => {
    servers = await TwoNodes.start([], environment);
  });

  afterAll(() => servers[Symbol.asyncDispose]());

  /** Waits until both nodes have said something so often. */
  const said = (message: string, times: number): Promise<void> =>
    until(
      () =>
        servers.cluster.nodes.every(
          ({ log }) => log.filter(({ msg }) => msg === message).length >= times,
        ),
      `not both nodes said: ${message}`,
    );

  describe("stands still", () => {
    play("tell who has left there meanwhile", ["relay", "failures"], async (contract) => {
      const { redis } = servers.cluster;
      const { here, there } = await meetApart(contract, servers);
      const [ann] = here;
      redis.signal("SIGSTOP");
      await there.leave();
      // Nobody here knows.
      ann.say(contract.relay(ann, there, "1"));
      expect(await ann.heard()).toEqual([]);
      redis.signal("SIGCONT");
      await ann.until(contract.failures.absent(ann, there));
    });
  });

  describe("is away", () => {
    const companies = new Map<Contract, Apart>();

    const companyOf = (contract: Contract): Apart => {
      const company = companies.get(contract);
      if (company === undefined) throw new Error("nobody has come");
      return company;
    };

    beforeAll(async () => {
      for (const contract of lasting) {
        const company = await meetApart(contract, servers);
        companies.set(contract, company);
        await talk(contract, company.here[0], company.there, "before");
      }
      await servers.cluster.redis.kill();
      await said(logged.alone, 1);
    });

    play("serve their own clients, who may still come", [], async (contract) => {
      if (contract.isPair === true) return;
      const { here, seat } = companyOf(contract);
      const [ann, bob] = here;
      await talk(contract, ann, bob, "alone");
      const dan = await join(contract, ann.socket.url, seat.topic, "dan");
      await talk(contract, ann, dan, "alone");
      await talk(contract, dan, ann, "alone");
    });

    play("tell at once what does not reach the other", ["relay", "failures"], async (contract) => {
      const { here, there } = companyOf(contract);
      const [ann] = here;
      await ann.heard();
      ann.say(contract.relay(ann, there, "1"));
      expect(await ann.heard()).toEqual([contract.failures.dropped(ann, there)]);
    });

    describe("and comes back", () => {
      beforeAll(async () => {
        await servers.cluster.redis.restart();
        await said(logged.joined, 2);
        await settled(servers.url);
      });

      play("meet again, and announce nobody who was there", [], async (contract) => {
        if (contract.isPair === true) return;
        const { here, there } = companyOf(contract);
        const [ann] = here;
        const { membership } = contract;
        const told = membership?.left(there);
        expect((await ann.heard()).filter((text) => text === told)).toEqual([]);
        await talk(contract, ann, there, "together");
        await talk(contract, there, ann, "together");
      });
    });
  });
});
