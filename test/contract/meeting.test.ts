// Clients of one topic: how they meet, what arrives, and what they are told. All on one node, and with every
// two clients on different ones.

import { afterAll, beforeAll, expect } from "bun:test";
import { opcodes } from "../support/raw-frame.ts";
import { settled } from "../support/settled.ts";
import { describeNodes, type OurServer } from "../support/two-nodes.ts";
import { Client, freshTopic, join, knock, meet, seatIn } from "./client.ts";
import type { Contract } from "./contract.ts";
import { environment, play } from "./contracts.ts";
import { wayOf, waysOf } from "./ways.ts";

/** JSON that would be another text if the server built it anew. */
const payloads = [
  "null",
  "-0",
  "1E400",
  "12345678901234567890123456789.000",
  '"\\u00e9 é \\ud83d\\ude00 🚦 \\/"',
  '"half a pair: \\ud800"',
  "[ 1,\n\t2 ]",
  '{"a": 1.0,"a":2,"__proto__":{"x":[]},"constructor":null}',
  `${"[".repeat(500)}${"]".repeat(500)}`,
  `"${"x".repeat(60_000)}"`,
];

/** Enough others for a server to publish to a topic in another way than to a few, on either of two nodes. */
const crowd = 40;

describeNodes((start) => {
  let server: OurServer;

  beforeAll(async () => {
    server = await start([], environment);
  });

  afterAll(async () => {
    const faults = server.log.filter(
      ({ msg, level }) => msg.includes("fault") || level === "error",
    );
    await server[Symbol.asyncDispose]();
    expect(faults).toEqual([]);
  });

  /** A frame from one reaches the other, and nobody hears anything else. */
  async function talk(contract: Contract, from: Client, to: Client): Promise<void> {
    const exchange = wayOf(contract).send(from, to, '"still there"');
    from.say(exchange);
    expect([await from.heard(), await to.heard()]).toEqual([[], [exchange.read]]);
  }

  play("a payload arrives as it is written, to the last digit", [], async (contract) => {
    const [ann, bob] = await meet(contract, server.url);
    for (const { isBroadcast, send } of waysOf(contract)) {
      const exchanges = payloads.map((payload) => send(ann, bob, payload));
      for (const exchange of exchanges) ann.say(exchange);
      const read = exchanges.map((exchange) => exchange.read);
      expect([await ann.heard(), await bob.heard()]).toEqual([[], read]);
      expect(ann.echoes).toEqual(isBroadcast && contract.hasEcho ? read : []);
    }
  });

  play("a message is the same in a binary frame, and in fragments", [], async (contract) => {
    const [ann, bob] = await meet(contract, server.url);
    const { send } = wayOf(contract);
    const [whole, parts] = [send(bob, ann, '"é🚦"'), send(bob, ann, '"é🚦"')];
    const bytes = Buffer.from(parts.sent);
    const inside = bytes.indexOf("é") + 1;
    bob.socket.sendBinary(whole.sent);
    bob.socket.sendFrame({ payload: bytes.subarray(0, inside), fin: false });
    bob.socket.sendFrame({ opcode: opcodes.continuation, payload: bytes.subarray(inside) });
    await bob.heard();
    expect(await ann.heard()).toEqual([whole.read, parts.read]);
  });

  play("frames keep their order, whatever way they go", [], async (contract) => {
    const [ann, bob] = await meet(contract, server.url);
    const others = Array.from({ length: crowd }, (_, index) => `other-${index}`);
    await Promise.all(others.map((name) => join(contract, server.url, ann.topic, name)));
    for (const client of [ann, bob]) await client.heard();
    const ways = waysOf(contract);
    const due: { readonly ann: string[]; readonly bob: string[] } = { ann: [], bob: [] };
    for (let turn = 0; turn < 500; turn++) {
      const way = ways[turn % 3 === 0 ? 0 : ways.length - 1]!;
      const toBob = way.send(ann, bob, `"ann ${turn}"`);
      const toAnn = way.send(bob, ann, `"bob ${turn}"`);
      ann.say(toBob);
      bob.say(toAnn);
      due.bob.push(toBob.read);
      due.ann.push(toAnn.read);
    }
    const [early, bobs] = [await ann.heard(), await bob.heard()];
    expect({ ann: [...early, ...(await ann.heard())], bob: bobs }).toEqual(due);
  });

  play("what is for one is read by nobody else", ["relay"], async (contract) => {
    const [ann, bob] = await meet(contract, server.url);
    const cid = await join(contract, server.url, ann.topic, "cid");
    for (const client of [ann, bob]) await client.heard();
    const exchange = contract.relay(ann, bob, "1");
    ann.say(exchange);
    const heard = [await ann.heard(), await bob.heard(), await cid.heard()];
    expect(heard).toEqual([[], [exchange.read], []]);
  });

  play("a broadcast is read by everybody of its topic", ["broadcast"], async (contract) => {
    const [ann, bob] = await meet(contract, server.url);
    const cid = await join(contract, server.url, ann.topic, "cid");
    const [dan] = await meet(contract, server.url);
    for (const client of [ann, bob]) await client.heard();
    const exchange = contract.broadcast(ann, "1");
    ann.say(exchange);
    const heard = [];
    for (const client of [ann, bob, cid, dan]) heard.push(await client.heard());
    expect(heard).toEqual([[], [exchange.read], [exchange.read], []]);
  });

  play("who is not there is told as absent", ["relay", "failures"], async (contract) => {
    const [ann, bob] = await meet(contract, server.url);
    const [cid] = await meet(contract, server.url);
    await cid.heard();
    await bob.leave();
    await settled(server.url);
    await ann.heard();
    const nobody = { topic: ann.topic, id: `${ann.topic}-nobody` };
    const missing = [bob, nobody, ...(contract.hasTopics ? [cid] : [])];
    for (const to of missing) ann.say(contract.relay(ann, to, "1"));
    for (const to of missing) expect(await ann.next()).toBe(contract.failures.absent(ann, to));
    expect(await cid.heard()).toEqual([]);
    const dan = await join(contract, server.url, ann.topic, "dan");
    await ann.heard();
    await talk(contract, ann, dan);
  });

  play("each sees the other come and go, once", ["membership"], async (contract) => {
    const { joined, left, listed } = contract.membership;
    const topic = freshTopic();
    const ann = await join(contract, server.url, topic, "ann");
    const bob = await join(contract, server.url, topic, "bob");
    const shown = bob.first.map(listed).find((ids) => ids !== undefined) ?? [];
    expect(shown.filter((id) => id !== bob.id)).toEqual([ann.id]);
    const others = async () => (await ann.heard()).filter((text) => listed(text) === undefined);
    expect(await others()).toEqual([joined(bob)]);
    await bob.leave();
    await settled(server.url);
    expect(await others()).toEqual([left(bob)]);
  });

  play("two who come at once see each other", ["membership"], async (contract) => {
    const { joined, listed } = contract.membership;
    for (let round = 0; round < 20; round++) {
      const topic = freshTopic();
      const pair = await Promise.all(
        ["ann", "bob"].map((name) => join(contract, server.url, topic, name)),
      );
      for (const client of pair) {
        const other = pair.find((each) => each !== client)!;
        const texts = [...client.first, ...(await client.heard())];
        const tells = texts.filter((text) => listed(text)?.includes(other.id));
        expect(tells.length > 0 || texts.includes(joined(other))).toBe(true);
      }
    }
  });

  play("an id that comes twice is shared, or moves", ["relay", "sameId"], async (contract) => {
    const { relay, sameId } = contract;
    const [ann] = await meet(contract, server.url);
    const seat = await seatIn(ann.topic, "cid");
    const older = await Client.enter(contract, server.url, seat);
    await ann.heard();
    if (sameId !== "shared") {
      const stranger = await knock(contract, server.url, { ...seat, token: ann.id });
      expect(await stranger.closed).toEqual(sameId.refused);
      await talk(contract, ann, older);
    }
    const newer = await Client.enter(contract, server.url, seat);
    for (const client of sameId === "shared" ? [ann, older] : [ann]) await client.heard();
    const exchange = relay(ann, newer, "1");
    ann.say(exchange);
    expect([await ann.heard(), await newer.heard()]).toEqual([[], [exchange.read]]);
    if (sameId === "shared") expect(await older.heard()).toEqual([exchange.read]);
    else expect(await older.socket.closed).toEqual(sameId.older);
  });
});
