// `signalbox admin`, as operators run it beside a server.

import { describe, expect, test } from "bun:test";
import { adminEnvironment } from "../../support/admin.ts";
import { run } from "../../support/program.ts";
import { ServerProcess } from "../../support/server-process.ts";
import { secret, sign } from "../../support/tokens.ts";
import { freshTopic, joinTopic } from "../../support/topic-client.ts";

const start = () =>
  ServerProcess.start([], { ...adminEnvironment, JWT_SECRET: secret, AUTH: "required" });

const env = ({ operators }: ServerProcess) => ({
  ...adminEnvironment,
  ADMIN_PORT: operators.port,
});

const join = async (server: { readonly url: URL }, topic: string) =>
  await joinTopic(server.url, `${topic}?token=${await sign({ jti: topic })}`);

test("admin shows tables for people, and JSON for machines", async () => {
  await using server = await start();
  const topic = freshTopic();
  await join(server, topic);
  const people = await run(["admin", "topics"], { env: env(server) });
  expect(people).toEqual({
    code: 0,
    stdout: `protocol  name${" ".repeat(topic.length - 4)}  members\ntopic     ${topic}        1\n`,
    stderr: "",
  });
  const machines = await run(["admin", "stats", "--json"], { env: env(server) });
  expect(JSON.parse(machines.stdout)).toMatchObject({ nodes: 1, connections: 1 });
  const stats = await run(["admin", "stats"], { env: env(server) });
  expect(stats.stdout).toContain("connections      1\n");
});

test("admin kicks, closes and revokes", async () => {
  await using server = await start();
  const [one, other, third] = [freshTopic(), freshTopic(), freshTopic()];
  const ann = await join(server, one);
  const listed = await run(["admin", "connections", "--json"], { env: env(server) });
  const [{ id }] = JSON.parse(listed.stdout).connections;
  const kicked = await run(["admin", "kick", id, "--reason", "not here"], { env: env(server) });
  expect(kicked.stdout).toBe("closed           1\n");
  expect(await ann.socket.closed).toEqual({ code: 4000, reason: "not here" });
  const bob = await join(server, other);
  await run(["admin", "close", "topic", other], { env: env(server) });
  expect((await bob.socket.closed).code).toBe(4000);
  const cat = await join(server, third);
  const revoked = await run(["admin", "revoke", third], { env: env(server) });
  expect(revoked.stdout).toContain("revoked          true\n");
  expect(await cat.socket.closed).toEqual({ code: 4001, reason: "token revoked" });
}, 20_000);

test("admin drains a node, or all", async () => {
  await using server = await start();
  const ann = await join(server, freshTopic());
  const drained = await run(["admin", "drain", "all"], { env: env(server) });
  expect(drained.stdout).toMatch(/^draining {9}\w+\n$/);
  expect((await ann.socket.closed).code).toBe(1012);
  expect(await server.exited).toBe(0);
}, 20_000);

describe("admin says in one line", () => {
  test.each([
    [
      ["admin"],
      'admin needs one of stats, nodes, topics, connections, kick, close, drain, revoke, not ""',
    ],
    [["admin", "kick"], "admin kick takes connection"],
    [["admin", "close", "topic"], "admin close takes protocol and topic"],
  ])("%j", async (args, said) => {
    const { code, stderr } = await run(args);
    expect([code, stderr.split("\n")[0]]).toEqual([2, `signalbox: ${said}`]);
  });

  test("what the server refuses", async () => {
    await using server = await start();
    const wrong = { ADMIN_TOKEN: "another token of theirs", ADMIN_PORT: server.operators.port };
    const { code, stderr } = await run(["admin", "nodes"], { env: wrong });
    expect([code, stderr.startsWith("signalbox: Unauthorized: ")]).toEqual([1, true]);
    const nobody = await run(["admin", "kick", "a-1"], { env: env(server) });
    expect(nobody).toEqual({
      code: 1,
      stdout: "",
      stderr: "signalbox: Not found: there is no such connection\n",
    });
  });
});
