// How the server ends: everybody is told, in batches, and nobody new is taken in meanwhile.

import { describe, expect, test } from "bun:test";
import { gather } from "../../support/crowd.ts";
import { Program } from "../../support/program.ts";
import { request } from "../../support/raw-http.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { type LogLine, ServerProcess } from "../../support/server-process.ts";
import { heard, joinTopic, joinTwo } from "../../support/topic-client.ts";

const restart = { code: 1012, reason: "server restarting" };

/** Peers enough for stopping to take three seconds: a thousand are told in each. */
const manyPeers = 3000;

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  test("closes every client with 1012 and ends with exit code 0", async () => {
    await using server = await Program.serve();
    const pair = await joinTwo(server.url, "pair");
    const other = await joinTopic(server.url, "other");
    server.signal(signal);
    expect({
      ends: await Promise.all([...pair, other].map(({ socket }) => socket.closed)),
      ended: await server.ended,
    }).toMatchObject({ ends: [restart, restart, restart], ended: { code: 0, stderr: "" } });
  });

  test("ends a server without clients with exit code 0, and says so", async () => {
    await using server = await Program.serve();
    expect((await request(server.url, "GET", "/readyz")).body).toBe("ready");
    server.signal(signal);
    const { code, stdout, stderr } = await server.ended;
    const [, ...lines] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const time = expect.any(String);
    expect({ code, lines, stderr }).toEqual({
      code: 0,
      lines: [
        {
          level: "info",
          time,
          signal,
          msg: "closing all connections; a second signal ends at once",
        },
        { level: "info", time, msg: "stopped" },
      ],
      stderr: "",
    });
  });
});

test("a signal is heeded from the moment at which the server says that it listens", async () => {
  const codes = await Promise.all(
    Array.from({ length: 20 }, async () => {
      await using server = await Program.serve();
      server.signal("SIGTERM");
      return (await server.ended).code;
    }),
  );
  expect(new Set(codes)).toEqual(new Set([0]));
});

test("a thousand clients are all closed with 1012", async () => {
  await using server = await Program.serve();
  const crowd = await gather(server.url, 1000);
  server.signal("SIGTERM");
  const ends = await Promise.all(crowd.map(({ closed }) => closed));
  expect(ends.filter(({ code }) => code !== restart.code)).toEqual([]);
  expect(await server.ended).toMatchObject({ code: 0, stderr: "" });
}, 20_000);

test("clients are told even where stopping may take no time at all", async () => {
  await using server = await Program.serve(["--drain-seconds", "0"]);
  const crowd = await gather(server.url, 100);
  server.signal("SIGTERM");
  const ends = await Promise.all(crowd.map(({ closed }) => closed));
  expect(ends.filter(({ code }) => code !== restart.code)).toEqual([]);
  expect(await server.ended).toMatchObject({ code: 0 });
});

test("what was relayed before the signal comes before the close", async () => {
  await using server = await Program.serve();
  const [to, from] = await joinTwo(server.url, "last");
  for (let number = 0; number < 100; number++)
    from.socket.send(`{"type":"offer","to":"${to.id}","payload":${number}}`);
  await heard(from.socket);
  server.signal("SIGTERM");
  const offers = (await to.socket.rest()).filter((text) => text.includes('"offer"'));
  expect([offers.length, await to.socket.closed]).toEqual([100, restart]);
});

test("a client that is behind with reading is waited for, and gets its 1012 too", async () => {
  await using server = await Program.serve(["--max-queued-frames", "8", "--drain-seconds", "60"]);
  const [slow, sender] = await joinTwo(server.url, "behind");
  slow.socket.pause();
  const text = `{"type":"offer","to":"${slow.id}","payload":"${"x".repeat(60_000)}"}`;
  do sender.socket.send(text);
  while ((await heard(sender.socket)).length === 0);
  server.signal("SIGTERM");
  expect(await sender.socket.closed).toEqual(restart);
  // Time enough for it to go without waiting.
  for (let times = 0; times < 20; times++)
    expect((await request(server.url, "GET", "/readyz")).status).toBe(503);
  slow.socket.resume();
  await slow.socket.rest();
  expect(await slow.socket.closed).toEqual(restart);
  expect(await server.ended).toMatchObject({ code: 0 });
});

test("while it is stopping it is alive but not ready, and takes nobody in", async () => {
  await using server = await Program.serve();
  const crowd = await gather(server.url, manyPeers);
  server.signal("SIGTERM");
  await crowd[0]!.closed;
  const get = (path: string, headers = {}) => request(server.url, "GET", path, headers);
  const [ready, live, health, upgrade, plain, preflight] = await Promise.all([
    get("/readyz"),
    get("/livez"),
    get("/healthz"),
    get("/ws/late", upgradeHeaders),
    get("/ws/late"),
    request(server.url, "OPTIONS", "/ws/late"),
  ]);
  const statuses = [ready, live, health, upgrade, plain, preflight].map(({ status }) => status);
  expect(statuses).toEqual([503, 200, 200, 503, 426, 200]);
  expect([ready.body, live.body, health.body]).toEqual(["draining", "ok", "ok"]);
  expect(upgrade.headers).toMatchObject({ "access-control-allow-origin": "*", "retry-after": "5" });
}, 20_000);

test("a second signal ends it at once, with exit code 1", async () => {
  await using server = await Program.serve();
  const crowd = await gather(server.url, manyPeers);
  server.signal("SIGTERM");
  await Promise.race(crowd.map(({ closed }) => closed));
  server.signal("SIGTERM");
  expect(await server.ended).toMatchObject({ code: 1, stderr: "" });
  // Some were not told any more.
  const ends = await Promise.all(crowd.map(({ closed }) => closed));
  expect(ends).toContainEqual({ code: 1006, reason: "" });
}, 20_000);

describe("SIGHUP ends nothing:", () => {
  const isIgnored = ({ msg }: LogLine) => msg.startsWith("SIGHUP is ignored");

  test("settings are read again, and clients stay", async () => {
    await using server = await ServerProcess.start();
    const { socket } = await joinTopic(server.url, "stay");
    server.signal("SIGHUP");
    expect(await server.logged(({ msg }) => msg === "the settings are reloaded")).toMatchObject({
      level: "info",
      changed: [],
    });
    expect((await request(server.url, "GET", "/readyz")).body).toBe("ready");
    expect(await heard(socket)).toEqual([]);
    server.signal("SIGTERM");
    expect([await server.exited, await socket.closed]).toEqual([0, restart]);
  });

  test("nor does one while the server is being stopped", async () => {
    await using server = await ServerProcess.start();
    const crowd = await gather(server.url, manyPeers);
    server.signal("SIGTERM");
    // They are closed in no order.
    await Promise.race(crowd.map(({ closed }) => closed));
    server.signal("SIGHUP");
    await server.logged(isIgnored);
    const ends = await Promise.all(crowd.map(({ closed }) => closed));
    expect(ends.filter(({ code }) => code !== restart.code)).toEqual([]);
    expect(await server.exited).toBe(0);
  }, 20_000);
});
