// What tokens let their holders send, and to whom: each is tried with rights that do not allow it, on one node and
// where every two clients are on different ones.

import { afterAll, beforeAll, expect } from "bun:test";
import { describeNodes, type OurServer } from "../support/two-nodes.ts";
import { Client, freshTopic, seatIn } from "./client.ts";
import type { Contract, Exchange } from "./contract.ts";
import { environment, play } from "./contracts.ts";
import { type Way, waysOf } from "./ways.ts";

const everybody = ["host", "viewer", "plain"] as const;

type Name = (typeof everybody)[number];

interface Attack {
  /** Of the token of who sends. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Who is reached by a message to one alone, and by one to everybody; `forbidden`: nobody, as it may not at all. */
  readonly signal: readonly Name[] | "forbidden";
  readonly broadcast: readonly Name[] | "forbidden";
}

const attacks: readonly Attack[] = [
  { claims: { can: [] }, signal: "forbidden", broadcast: "forbidden" },
  { claims: { can: ["broadcast"] }, signal: "forbidden", broadcast: everybody },
  { claims: { can: ["signal"] }, signal: everybody, broadcast: "forbidden" },
  { claims: { can: ["Signal", "admin", "*"] }, signal: "forbidden", broadcast: "forbidden" },
  { claims: { role: "viewer", to: ["host"] }, signal: ["host"], broadcast: ["host"] },
  { claims: { role: "viewer", to: ["Host", "host*", "*"] }, signal: [], broadcast: [] },
  { claims: { role: "host", to: [] }, signal: [], broadcast: [] },
  { claims: { can: ["signal"], to: ["viewer"] }, signal: ["viewer"], broadcast: "forbidden" },
  // Rights are about whom one reaches: a role of its own gives nothing.
  { claims: { role: "host", can: [] }, signal: "forbidden", broadcast: "forbidden" },
  { claims: { can: ["signal", "broadcast"] }, signal: everybody, broadcast: everybody },
  { claims: { role: ["host"] }, signal: everybody, broadcast: everybody },
];

/** The victims by name, and how one more comes. */
interface Company {
  readonly victims: ReadonlyMap<Name, Client>;
  enter(name: string, claims: Attack["claims"]): Promise<Client>;
}

async function gather(contract: Contract, { url }: OurServer): Promise<Company> {
  const topic = freshTopic();
  const enter = async (name: string, claims: Attack["claims"]): Promise<Client> =>
    Client.enter(contract, url, await seatIn(topic, name, claims));
  const victims = new Map<Name, Client>();
  for (const name of everybody)
    victims.set(name, await enter(name, name === "plain" ? {} : { role: name }));
  return { victims, enter };
}

/** Who has read it, and what its sender was told. */
async function tried({ victims }: Company, attacker: Client, exchange: Exchange) {
  attacker.say(exchange);
  const told = await attacker.heard();
  const reached: Name[] = [];
  for (const [name, victim] of victims)
    if ((await victim.heard()).includes(exchange.read)) reached.push(name);
  return { reached, told };
}

let serial = 0;

async function attack(
  contract: Contract,
  company: Company,
  attacker: Client,
  way: Way,
  expected: Attack["signal"],
): Promise<void> {
  const allowed: readonly Name[] = expected === "forbidden" ? [] : expected;
  for (const [name, victim] of company.victims) {
    const exchange = way.send(attacker, victim, `"${++serial}"`);
    const { reached, told } = await tried(company, attacker, exchange);
    const [goal, isForbidden] = way.isBroadcast
      ? [allowed, expected === "forbidden"]
      : [allowed.filter((each) => each === name), !allowed.includes(name)];
    const words = contract.forbidden?.(attacker, victim, way.isBroadcast, exchange.sent);
    expect([name, reached, told]).toEqual([
      name,
      [...goal],
      isForbidden && words !== undefined ? [words] : [],
    ]);
    // One to everybody is the same, whoever is looked at.
    if (way.isBroadcast) return;
  }
}

describeNodes((start) => {
  let server: OurServer;

  beforeAll(async () => {
    server = await start([], { ...environment, AUTH: "required" });
  });

  afterAll(() => server[Symbol.asyncDispose]());

  play("nobody sends what its token does not allow", [], async (contract) => {
    if (contract.showsOnly === true || contract.isPair === true) return;
    const company = await gather(contract, server);
    for (const [at, { claims, signal, broadcast }] of attacks.entries()) {
      const attacker = await company.enter(`mallory-${at}`, claims);
      for (const victim of company.victims.values()) await victim.heard();
      for (const way of waysOf(contract))
        await attack(contract, company, attacker, way, way.isBroadcast ? broadcast : signal);
      await attacker.leave();
    }
  });

  play("a viewer may answer a host, and nobody else", ["relay"], async (contract) => {
    if (contract.isPair === true) return;
    const company = await gather(contract, server);
    const viewer = await company.enter("watcher", { role: "viewer", to: ["host"] });
    const host = company.victims.get("host");
    if (host === undefined) throw new Error("there is no host");
    await host.heard();
    const offer = contract.relay(host, viewer, '"offer"');
    host.say(offer);
    await viewer.until(offer.read);
    const answer = contract.relay(viewer, host, '"answer"');
    viewer.say(answer);
    await host.until(answer.read);
  });
});
