// A server that is being stopped.

import { expect } from "bun:test";
import { ServerProcess } from "../support/server-process.ts";
import { meet } from "./client.ts";
import { environment, playAtOnce } from "./contracts.ts";
import { wayOf } from "./ways.ts";

const restart = { code: 1012, reason: "server restarting" };

playAtOnce("SIGTERM brings what is on its way, then 1012 and exit code 0", [], async (contract) => {
  await using server = await ServerProcess.start([], environment);
  const [ann, bob] = await meet(contract, server.url);
  const exchanges = Array.from({ length: 100 }, (_, n) => wayOf(contract).send(ann, bob, `${n}`));
  for (const exchange of exchanges) ann.say(exchange);
  await ann.heard();
  server.signal("SIGTERM");
  expect([await ann.socket.closed, await bob.socket.closed]).toEqual([restart, restart]);
  const due = exchanges.map(({ read }) => read);
  expect((await bob.rest()).filter((text) => due.includes(text))).toEqual(due);
  expect(await server.exited).toBe(0);
});
