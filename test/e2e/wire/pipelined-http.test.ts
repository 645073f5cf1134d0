// Requests that do not wait for the answers before them.

import { expect, test } from "bun:test";
import { connect } from "node:net";
import { ServerProcess } from "../../support/server-process.ts";

const healthRequest = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

/** More than the server answers in a tick, however fast the machine is. */
const many = 20_000;

/** Sends requests at once on one connection. @returns how many were answered before the connection ended */
async function pipeline(url: URL, count: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect(Number(url.port), url.hostname);
  let text = "";
  const answered = () => text.split("HTTP/1.1 200 OK").length - 1;
  socket.on("connect", () => socket.write(healthRequest.repeat(count)));
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
    if (answered() === count) resolve();
  });
  // What is not read any more resets the connection.
  socket.on("error", () => undefined);
  socket.on("close", () => resolve());
  await promise;
  socket.destroy();
  return answered();
}

test("who sends thousands has to connect again, and is then answered", async () => {
  await using server = await ServerProcess.start();
  expect(await pipeline(server.url, many)).toBeWithin(1, many);
  expect(await pipeline(server.url, 1)).toBe(1);
});
