// Servers that want a token of everybody, and those that do not.

import { afterAll, beforeAll, expect } from "bun:test";
import type { End } from "../support/raw-socket.ts";
import { ServerProcess } from "../support/server-process.ts";
import { encoded, now, sign } from "../support/tokens.ts";
import { Client, freshTopic, knock, seatIn } from "./client.ts";
import type { Contract, Seat } from "./contract.ts";
import { environment, play, playAtOnce } from "./contracts.ts";
import { wayOf } from "./ways.ts";

type Server = Awaited<ReturnType<typeof ServerProcess.start>>;

let closed: Server;
let open: Server;

beforeAll(async () => {
  closed = await ServerProcess.start([], { ...environment, AUTH: "required" });
  open = await ServerProcess.start([], environment);
});

afterAll(async () => {
  for (const server of [closed, open]) {
    // No token is ever logged.
    expect(JSON.stringify(server.log)).not.toContain("eyJ");
    await server[Symbol.asyncDispose]();
  }
});

/** Seconds for which a token is still taken after its end. */
const leewaySeconds = 60;

/** Comes with a token and says something. @returns how it was refused, or what it heard first */
async function refusal(contract: Contract, { url }: Server, seat: Seat): Promise<End | string> {
  const socket = await knock(contract, url, seat);
  socket.send(contract.ping(seat).sent);
  const first = await socket.next().catch(() => socket.closed);
  const isWelcome = typeof first === "string" && contract.welcome?.(first, seat) !== undefined;
  if (!isWelcome || !contract.isWelcomedFirst) return first;
  return await socket.next().catch(() => socket.closed);
}

play("who comes without a good token is refused, and hears nothing", [], async (contract) => {
  const seat = await seatIn(freshTopic(), "ann");
  const claims = { sub: seat.id };
  for (const [token, reason] of [
    ["", "token missing"],
    ["x", "token invalid"],
    [await sign(claims, { key: encoded("another secret, 32 bytes or more") }), "token invalid"],
    [await sign({ ...claims, exp: undefined }), "token invalid"],
    [await sign({ ...claims, exp: now() - leewaySeconds - 1 }), "token expired"],
    [await sign({ ...claims, rooms: [] }), "room not allowed"],
    [await sign({ ...claims, rooms: [`${seat.topic}-other*`] }), "room not allowed"],
  ] as const)
    expect(await refusal(contract, closed, { ...seat, token })).toEqual({ code: 1008, reason });
});

play("a token lets its holder in where it says so", [], async (contract) => {
  const topic = freshTopic();
  const enter = async (name: string) =>
    Client.enter(contract, closed.url, await seatIn(topic, name, { rooms: [`${topic}*`] }));
  const [ann, bob] = [await enter("ann"), await enter("bob")];
  const exchange = wayOf(contract).send(ann, bob, "1");
  ann.say(exchange);
  await bob.until(exchange.read);
});

playAtOnce("a connection ends with its token", [], async (contract) => {
  const seat = await seatIn(freshTopic(), "ann", { exp: now() - leewaySeconds + 2 });
  const { socket } = await Client.enter(contract, closed.url, seat);
  expect(await socket.closed).toEqual({ code: 4001, reason: "token expired" });
});

play(
  "a server that requires none asks for none, unless the protocol does",
  [],
  async (contract) => {
    const seat = { ...(await seatIn(freshTopic(), "ann")), token: "x" };
    if (contract.asksForTokens)
      expect(await refusal(contract, open, seat)).toEqual({ code: 1008, reason: "token invalid" });
    else expect(await (await Client.enter(contract, open.url, seat)).heard()).toEqual([]);
  },
);
