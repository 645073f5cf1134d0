// A node that is killed, and those on another node who were in one topic with its clients.

import { afterAll, beforeAll } from "bun:test";
import { leaseSeconds, logged } from "../support/cluster.ts";
import { describeWith } from "../support/missing.ts";
import { redisProgram } from "../support/redis-server.ts";
import { TwoNodes } from "../support/two-nodes.ts";
import { type Apart, meetApart } from "./apart.ts";
import { Client } from "./client.ts";
import type { Contract } from "./contract.ts";
import { environment, lasting, playAtOnce } from "./contracts.ts";
import { expectGone } from "./gone.ts";
import { wayOf } from "./ways.ts";

describeWith(redisProgram, "Redis")("when a node is killed", () => {
  let servers: TwoNodes;
  const companies = new Map<Contract, Apart>();

  beforeAll(async () => {
    const lease = { CLUSTER_LEASE_SECONDS: `${leaseSeconds}` };
    servers = await TwoNodes.start([], { ...environment, ...lease });
    for (const contract of lasting) companies.set(contract, await meetApart(contract, servers));
    const [, victim] = servers.cluster.nodes;
    victim?.signal("SIGKILL");
    await victim?.exited;
  });

  afterAll(() => servers[Symbol.asyncDispose]());

  playAtOnce("its clients are gone, and welcome elsewhere", [], async (contract) => {
    if (contract.isPair === true) return;
    const company = companies.get(contract);
    if (company === undefined) throw new Error("nobody has come");
    const { here, there, seat } = company;
    const { relay, failures } = contract;
    const [ann] = here;
    if (relay !== undefined && failures !== undefined) {
      ann.say(relay(ann, there, "1"));
      await ann.until(failures.dropped(ann, there));
    }
    await expectGone(contract, there, here);
    await servers.cluster.nodes[0]?.logged(({ msg }) => msg === logged.gone);
    const back = await Client.enter(contract, ann.socket.url, seat);
    const exchange = wayOf(contract).send(ann, back, '"again"');
    ann.say(exchange);
    await back.until(exchange.read);
  });
});
