// What a service manager such as systemd is told.

import { expect, test } from "bun:test";
import { isThere } from "../../support/missing.ts";
import { NotifySocket } from "../../support/notify-socket.ts";
import { RedisServer, redisProgram } from "../../support/redis-server.ts";
import { ServerProcess } from "../../support/server-process.ts";

/** A server from its start to its end, with one reload. */
async function life(args: readonly string[], env: Record<string, string> = {}) {
  using manager = new NotifySocket();
  await using server = await ServerProcess.start(args, { NOTIFY_SOCKET: manager.path, ...env });
  const told = [await manager.next()];
  server.signal("SIGHUP");
  told.push(await manager.next(), await manager.next());
  server.signal("SIGTERM");
  told.push(await manager.next());
  await server.exited;
  return { told, url: server.url };
}

test("a service manager is told of readiness, reloading and stopping", async () => {
  const { told, url } = await life([]);
  expect(told).toEqual([
    `READY=1\nSTATUS=listens at ${url.origin}`,
    "RELOADING=1",
    "READY=1",
    "STOPPING=1\nSTATUS=closing all connections",
  ]);
});

test.skipIf(!isThere(redisProgram, "Redis"))("the parent tells it for all workers", async () => {
  await using redis = await RedisServer.start();
  const { told, url } = await life(["--workers", "2"], redis.environment);
  expect(told).toEqual([
    `READY=1\nSTATUS=listens at ${url.origin}`,
    "RELOADING=1",
    "READY=1",
    "STOPPING=1\nSTATUS=stopping all workers",
  ]);
});

test("a watchdog is told again and again that the process is alive", async () => {
  using manager = new NotifySocket();
  const env = { NOTIFY_SOCKET: manager.path, WATCHDOG_USEC: "300000" };
  await using _server = await ServerProcess.start([], env);
  const told = [await manager.next(), await manager.next(), await manager.next()];
  expect(told.filter((message) => message === "WATCHDOG=1").length).toBeGreaterThanOrEqual(2);
});

test("a watchdog of another process is told nothing", async () => {
  using manager = new NotifySocket();
  const env = { NOTIFY_SOCKET: manager.path, WATCHDOG_USEC: "1000", WATCHDOG_PID: "1" };
  await using server = await ServerProcess.start([], env);
  server.signal("SIGTERM");
  const told = [await manager.next(), await manager.next()];
  expect(told.map((message) => message.split("\n")[0])).toEqual(["READY=1", "STOPPING=1"]);
});

test("a server starts where the socket is not there", async () => {
  await using server = await ServerProcess.start([], { NOTIFY_SOCKET: "/nowhere/socket" });
  expect((await fetch(new URL("/readyz", server.url))).status).toBe(200);
});
