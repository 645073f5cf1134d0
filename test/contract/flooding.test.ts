// A client that sends far more than its rate allows.

import { afterAll, beforeAll, expect } from "bun:test";
import { ServerProcess } from "../support/server-process.ts";
import { meet } from "./client.ts";
import { environment, play } from "./contracts.ts";
import { wayOf } from "./ways.ts";

/** Twenty seconds of it are allowed at once, and much more than that ends a connection. */
const framesPerSecond = 10;

/** More than both together. */
const frames = 1000;

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  const limit = { FRAMES_PER_SECOND: `${framesPerSecond}` };
  server = await ServerProcess.start([], { ...environment, ...limit });
});

afterAll(() => server[Symbol.asyncDispose]());

play("a client that floods is told so, and closed with 1008", [], async (contract) => {
  const way = wayOf(contract);
  const [ann, bob] = await meet(contract, server.url);
  const [cid, dan] = await meet(contract, server.url, ann.topic, ["cid", "dan"]);
  await bob.heard();
  const exchanges = Array.from({ length: frames }, (_, n) => way.send(ann, bob, `"flood ${n}"`));
  for (const exchange of exchanges) ann.say(exchange);
  expect(await ann.socket.closed).toEqual({ code: 1008, reason: "too fast" });
  if (contract.tooFast !== undefined) expect(await ann.rest()).toContain(contract.tooFast(ann));

  if (contract.isPair === true) return;
  // What came before arrives in order, and nothing after it.
  const due = exchanges.map(({ read }) => read);
  // Whoever is told that it has gone may be shown its last words once more.
  const heard = (await bob.heard()).filter((text) => due.includes(text));
  expect(heard).toEqual(due.slice(0, heard.length));
  expect(heard.length).toBeGreaterThan(0);
  expect(heard.length).toBeLessThan(frames / 2);

  const exchange = way.send(cid, dan, '"undisturbed"');
  cid.say(exchange);
  await cid.heard();
  expect((await dan.heard()).filter((text) => text.includes("undisturbed"))).toEqual([
    exchange.read,
  ]);
});
