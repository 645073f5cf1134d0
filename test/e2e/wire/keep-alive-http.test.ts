// HTTP connections that are idle between two requests, and those on which a request never comes.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { ServerProcess } from "../../support/server-process.ts";

let server: Awaited<ReturnType<typeof ServerProcess.start>>;

beforeAll(async () => {
  server = await ServerProcess.start();
});

afterAll(() => server[Symbol.asyncDispose]());

const request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** Longer than what a request that is not whole gets, and Bun's timers go by steps of 4 s. */
const idleMs = 15_000;

function open(): { readonly socket: Socket; readonly closed: Promise<number> } {
  const since = performance.now();
  const socket = connect(Number(server.url.port), server.url.hostname);
  socket.on("error", () => undefined);
  const closed = new Promise<number>((resolve) =>
    socket.on("close", () => resolve((performance.now() - since) / 1000)),
  );
  return { socket, closed };
}

/** Sends a request, and resolves with the answer. */
const ask = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.once("data", (bytes) => resolve(bytes.toString()));
    socket.write(request);
  });

describe("a connection", () => {
  test.concurrent("that is idle for longer than that still answers the next request", async () => {
    const { socket } = open();
    expect(await ask(socket)).toStartWith("HTTP/1.1 200");
    await Bun.sleep(idleMs);
    expect(await ask(socket)).toStartWith("HTTP/1.1 200");
    socket.destroy();
  });

  test.concurrent.each([
    ["nothing", ""],
    ["half a line", "GET /hea"],
    ["half a head", "GET /healthz HTTP/1.1\r\nHost: local"],
  ])("on which %s has come is cut after some 12 s", async (_what, text) => {
    const { socket, closed } = open();
    socket.write(text);
    socket.resume();
    expect(await closed).toBeWithin(8, 40);
  });

  test.concurrent("on which a head comes drop by drop is cut all the same", async () => {
    const { socket, closed } = open();
    socket.write("GET /healthz HTTP/1.1\r\n");
    const drops = setInterval(() => socket.write("A: b\r\n"), 1000);
    expect(await closed).toBeWithin(8, 40);
    clearInterval(drops);
  });
});
