// Clients that are gone without having said goodbye.

import { afterAll, beforeAll, expect } from "bun:test";
import { ServerProcess } from "../support/server-process.ts";
import { Client, join, meet, seatIn } from "./client.ts";
import { contracts, environment, playAtOnce } from "./contracts.ts";
import { expectGone } from "./gone.ts";

/**
 * The server looks at each client every 2.25 s at the latest. If less time lay between these, it would close
 * clients that answer its pings.
 */
const patience = ["--ping-seconds", "1", "--silent-seconds", "4"];

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start(patience, {
    ...environment,
    ...Object.assign({}, ...contracts.map(({ silence }) => silence.environment)),
  });
});

afterAll(() => server[Symbol.asyncDispose]());

playAtOnce("a client whose connection is reset is gone", [], async (contract) => {
  const pair = await meet(contract, server.url);
  const cid = await join(contract, server.url, pair[0].topic, "cid");
  cid.socket.destroy();
  await expectGone(contract, cid, pair);
});

playAtOnce("a client that shows no sign of life is closed and gone", [], async (contract) => {
  const pair = await meet(contract, server.url);
  const mute = { answersPings: false };
  const cid = await join(contract, server.url, pair[0].topic, "cid", mute);
  expect(await cid.socket.closed).toEqual(contract.silence.end);
  await expectGone(contract, cid, pair);
  // Its id, if it has chosen one, is anybody's.
  const seat = await seatIn(cid.topic, "cid", { n: 1 });
  await Client.enter(contract, server.url, seat);
});
