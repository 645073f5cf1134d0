// Two peers that mind their own business, on a server that others do their worst to.

import { expect, test } from "bun:test";
import { request } from "../../support/raw-http.ts";
import { isNotable, type LogLine, ServerProcess } from "../../support/server-process.ts";
import { type Joined, joinTwo } from "../../support/topic-client.ts";
import { canary } from "./attacker.ts";
import { frameAttacks } from "./frame-attacks.ts";
import { loiter, requestAttacks } from "./request-attacks.ts";

const attacks = { ...requestAttacks, ...frameAttacks };

/** Sends to and fro, one frame at a time, until told to stop. @returns how often */
async function talk(one: Joined, other: Joined, isOver: () => boolean): Promise<number> {
  for (let turn = 1; ; turn++) {
    one.socket.send(`{"type":"offer","to":"${other.id}","payload":${turn}}`);
    expect(await other.socket.next()).toBe(`{"type":"offer","from":"${one.id}","payload":${turn}}`);
    other.socket.send(`{"type":"answer","to":"${one.id}","payload":${turn}}`);
    expect(await one.socket.next()).toBe(
      `{"type":"answer","from":"${other.id}","payload":${turn}}`,
    );
    if (isOver()) return turn;
  }
}

/** Runs an attack while the two talk. @returns whether they did */
async function underAttack(
  [one, other]: readonly [Joined, Joined],
  attack: () => Promise<unknown>,
): Promise<boolean> {
  let isOver = false;
  const [turns] = await Promise.all([
    talk(one, other, () => isOver),
    attack().finally(() => {
      isOver = true;
    }),
  ]);
  return turns > 0;
}

/** A client that is gone has no address; whether so many come that they are refused together is a matter of time. */
const mayBeRefused = "request refused";

const nameOf = ({ msg }: LogLine): string => msg.replace(/^signalbox \S+ listens at .*/, "listens");

test("two peers read each other's frames, and nothing else, whatever others send", async () => {
  await using server = await ServerProcess.start();
  const { url, pid } = server;
  const pair = await joinTwo(url, "quiet");
  const loiterers = loiter(url);

  const talked: Record<string, boolean> = {};
  for (const [name, attack] of Object.entries(attacks))
    talked[name] = await underAttack(pair, () => attack(url));
  for (const round of [1, 2, 3])
    talked[`all of it at once, ${round}`] = await underAttack(pair, () =>
      Promise.all(Object.values(attacks).map((attack) => attack(url))),
    );
  for (const loiterer of loiterers) loiterer.destroy();

  expect(Object.entries(talked).filter(([, hasTalked]) => !hasTalked)).toEqual([]);
  expect(process.kill(pid, 0)).toBe(true);
  expect(await request(url, "GET", "/healthz")).toMatchObject({ status: 200, body: "ok" });

  server.signal("SIGTERM");
  expect(await Promise.all(pair.map(({ socket }) => socket.closed))).toEqual([
    { code: 1012, reason: "server restarting" },
    { code: 1012, reason: "server restarting" },
  ]);
  expect(await server.exited).toBe(0);
  // The last line. A line that were no JSON would have failed the test: the log is read as such.
  await server.logged(({ msg }) => msg === "stopped");
  expect({
    faults: server.log.filter((line) => line.msg.includes("fault") || isNotable(line)),
    leaks: server.log.filter((line) => JSON.stringify(line).includes(canary)),
    messages: new Set(server.log.map(nameOf).filter((name) => name !== mayBeRefused)),
  }).toEqual({
    faults: [],
    leaks: [],
    messages: new Set([
      "listens",
      "connection opened",
      "connection ended",
      "joined a topic",
      "first relay",
      "left a topic",
      "upgrade refused",
      "closing all connections; a second signal ends at once",
      "stopped",
    ]),
  });
}, 60_000);

test("a Host header that is none is no fault of the server", async () => {
  await using server = await ServerProcess.start();
  for (const Host of ["", "[", "a b", "%", `${canary} `])
    await request(server.url, "GET", "/", { Host });
  server.signal("SIGTERM");
  await server.logged(({ msg }) => msg === "stopped");
  expect(server.log.filter(({ msg }) => msg.includes("fault"))).toEqual([]);
});
