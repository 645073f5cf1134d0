// Clients that stop reading while others send to them.

import { afterAll, beforeAll, expect } from "bun:test";
import { encodeFrame } from "../support/raw-frame.ts";
import { ServerProcess } from "../support/server-process.ts";
import { describeNodes, type OurServer } from "../support/two-nodes.ts";
import { type Client, join, meet } from "./client.ts";
import type { Contract } from "./contract.ts";
import { environment, play, playAtOnce } from "./contracts.ts";
import { expectGone } from "./gone.ts";
import { wayOf } from "./ways.ts";

/** Frames of 60 KB that are sent to one that does not read: more than a kernel's buffers take. */
const frames = 400;
const framesAtOnce = 16;
const fill = "x".repeat(60_000);

/** What the server may grow by for a stalled client: its buffers in kernel and socket, and garbage. */
const maxGrowthBytes = 48 * 1024 * 1024;

/** At most so many frames wait in the server. */
const small = { ...environment, MAX_QUEUED_FRAMES: "8", LOG_LEVEL: "info" };
const patient = { ...small, SLOW_PEER_SECONDS: "3600" };

/** Sends numbered frames from one client to another, and counts those that are told to be dropped. */
class Flood {
  sent = 0;
  dropped = 0;
  readonly #contract: Contract;
  readonly #from: Client;
  readonly #to: Client;

  constructor(contract: Contract, from: Client, to: Client) {
    this.#contract = contract;
    this.#from = from;
    this.#to = to;
  }

  async send(count: number, padding = ""): Promise<void> {
    const { failures } = this.#contract;
    const way = wayOf(this.#contract);
    for (const last = this.sent + count; this.sent < last; this.sent++) {
      const payload = `{"n":${this.sent},"fill":"${padding}"}`;
      this.#from.say(way.send(this.#from, this.#to, payload));
    }
    const dropped = failures?.dropped(this.#from, this.#to);
    for (const text of await this.#from.heard()) if (text === dropped) this.dropped++;
  }

  /** @returns the number of a frame; -1 for any other text */
  static numberIn(text: string): number {
    return Number(/"n":(\d+),"fill"/.exec(text)?.[1] ?? "-1");
  }
}

/** One frame from the first to the second, who hears others as well. */
async function talk(contract: Contract, [one, other]: readonly [Client, Client], turn: number) {
  const exchange = wayOf(contract).send(one, other, `"undisturbed ${turn}"`);
  one.say(exchange);
  await one.heard();
  const heard = await other.heard();
  expect(heard.filter((text) => text.includes("undisturbed"))).toEqual([exchange.read]);
}

describeNodes((start) => {
  let server: OurServer;

  beforeAll(async () => {
    server = await start([], patient);
  });

  afterAll(() => server[Symbol.asyncDispose]());

  play("a client that stalls misses only what is said to be dropped", [], async (contract) => {
    const { url } = server;
    const { membership, failures } = contract;
    const [ann, bob] = await meet(contract, url);
    const pair = await meet(contract, url, ann.topic, ["cid", "dan"]);
    const flood = new Flood(contract, ann, bob);
    await flood.send(1);
    bob.socket.pause();
    while (flood.sent < frames) {
      await flood.send(framesAtOnce, fill);
      await talk(contract, pair, flood.sent);
    }
    const eve = await join(contract, url, ann.topic, "eve");
    await eve.leave();
    const fay = await join(contract, url, ann.topic, "fay");

    const missedBefore = flood.sent;
    const texts: string[] = [];
    let isBack = false;
    const reading = (async () => {
      while (!isBack) {
        const text = await bob.next();
        texts.push(text);
        isBack = Flood.numberIn(text) >= missedBefore;
      }
    })();
    bob.socket.resume();
    while (!isBack) {
      await flood.send(1);
      await Bun.sleep(20);
    }
    await reading;
    texts.push(...(await bob.heard()));

    const numbers = texts.map(Flood.numberIn).filter((number) => number >= 0);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
    expect(numbers.length).toBeLessThan(flood.sent);
    if (failures !== undefined) expect(numbers.length + flood.dropped).toBe(flood.sent);
    if (membership !== undefined) {
      const listed = texts.map(membership.listed).findLast((ids) => ids !== undefined) ?? [];
      const others = [ann, ...pair, fay].map(({ id }) => id).toSorted();
      expect(listed.filter((id) => id !== bob.id).toSorted()).toEqual(others);
    }
  });
});

play("what waits for a client that stalls is bounded", [], async (contract) => {
  await using server = await ServerProcess.start([], patient);
  const [ann, bob] = await meet(contract, server.url);
  const { sent } = wayOf(contract).send(ann, bob, `"${fill}"`);
  const bytes = encodeFrame({ payload: sent });
  const before = await server.residentBytes();
  bob.socket.pause();
  for (let count = 0; count < 1000; count += framesAtOnce) {
    for (let index = 0; index < framesAtOnce; index++) ann.socket.sendBytes(bytes);
    await ann.heard();
  }
  expect((await server.residentBytes()) - before).toBeLessThan(maxGrowthBytes);
});

playAtOnce("a client that stays stalled is closed with 1013, and gone", [], async (contract) => {
  await using server = await ServerProcess.start([], { ...small, SLOW_PEER_SECONDS: "1" });
  const [ann, bob] = await meet(contract, server.url);
  const pair = await meet(contract, server.url, ann.topic, ["cid", "dan"]);
  const flood = new Flood(contract, ann, bob);
  bob.socket.pause();
  const ended = server.logged(({ msg, code }) => msg === "connection ended" && code === 1013);
  const flooding = (async () => {
    while (flood.sent < frames / 2) await flood.send(framesAtOnce, fill);
  })();
  // In a room of two the sender is closed with the other, perhaps before it has sent all.
  await flooding.catch(() => ended);
  await ended;
  await expectGone(contract, bob, pair);
  bob.socket.resume();
  const slow = { code: 1013, reason: "too slow: frames were waiting for too long" };
  // Whoever has not taken the close frame in time was cut off, and reads no code.
  const cutOff = { code: 1006, reason: "" };
  expect([slow, cutOff]).toContainEqual(await bob.socket.closed);
});
