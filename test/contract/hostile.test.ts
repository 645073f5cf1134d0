// Two clients that mind their own business, in a topic where others send the worst they can.

import { afterAll, beforeAll, expect } from "bun:test";
import { opcodes } from "../support/raw-frame.ts";
import { request } from "../support/raw-http.ts";
import { ServerProcess } from "../support/server-process.ts";
import { type Client, join, meet } from "./client.ts";
import type { Contract } from "./contract.ts";
import { environment, play } from "./contracts.ts";
import { distorted, type Hostile, hostile, hostileFrames } from "./hostile-frames.ts";
import { wayOf, waysOf } from "./ways.ts";

/** Codes that tell a client that it is at fault, or should come back later. Never 1006 or 1011. */
const blames = [1002, 1007, 1008, 1009, 1013];

const attackersAtOnce = 8;

/** What is wrong in any protocol, what is wrong in this one, and its good messages with an error in them. */
function attacksOn(contract: Contract, self: Client): readonly Hostile[] {
  const good = [
    ...waysOf(contract).map(({ send }) => send(self, self, '{"a":1}').sent),
    ...(contract.greetings?.({ ...self, token: "" }) ?? []),
    contract.ping(self).sent,
  ];
  const own = contract.hostile(self).map((payload) => hostile({ payload }));
  return [...hostileFrames, ...own, ...good.flatMap(distorted)];
}

/** @returns the code with which the server has closed the socket; undefined if it is still open */
async function attack({ socket }: Client, { bytes }: Hostile): Promise<number | undefined> {
  socket.sendBytes(bytes);
  socket.sendFrame({ opcode: opcodes.ping });
  try {
    while ((await socket.nextFrame()).opcode !== opcodes.pong);
    socket.destroy();
    return undefined;
  } catch {
    return (await socket.closed).code;
  }
}

const isRight = ({ code: due }: Hostile, code: number | undefined): boolean =>
  due === undefined ? code === undefined || blames.includes(code) : code === due;

/** Sends to and fro until told to stop. @returns how often */
async function talk(
  contract: Contract,
  [one, other]: readonly [Client, Client],
  isOver: () => boolean,
): Promise<number> {
  const way = wayOf(contract);
  for (let turn = 1; ; turn++) {
    for (const [from, to] of [[one, other] as const, [other, one] as const]) {
      const exchange = way.send(from, to, `"undisturbed ${turn}"`);
      from.say(exchange);
      const others = await to.until(exchange.read);
      // They hear of those who come and go, and their broadcasts, as well.
      expect(others.filter((text) => text.includes("undisturbed"))).toEqual([]);
    }
    if (isOver()) return turn;
  }
}

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start([], environment);
});

afterAll(() => server[Symbol.asyncDispose]());

play("hostile frames end at most the socket that sends them", [], async (contract) => {
  const { url } = server;
  const pair = await meet(contract, url);
  const { topic } = pair[0];
  const left = [...attacksOn(contract, await join(contract, url, topic, "self"))];
  const wrong: (readonly [string, number | undefined])[] = [];
  let serial = 0;
  let isOver = false;

  const attackers = Array.from({ length: attackersAtOnce }, async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const code = await attack(await join(contract, url, topic, `evil-${++serial}`), next);
      if (!isRight(next, code)) wrong.push([next.what, code]);
    }
  });
  const attacked = Promise.all(attackers).finally(() => {
    isOver = true;
  });
  const [turns] = await Promise.all([talk(contract, pair, () => isOver), attacked]);

  expect(wrong).toEqual([]);
  expect(serial).toBeGreaterThan(20);
  expect(turns).toBeGreaterThan(4);
  expect(await request(url, "GET", "/healthz")).toMatchObject({ status: 200, body: "ok" });
  expect(server.log.filter(({ msg, level }) => msg.includes("fault") || level === "error")).toEqual(
    [],
  );
  const log = JSON.stringify(server.log);
  for (const word of [topic, "eyJ", "undisturbed"]) expect(log).not.toContain(word);
});
