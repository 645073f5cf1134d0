// The operators' port of the binary: where it is, who may ask there, and that nothing of it is on the public one.

import { describe, expect, test } from "bun:test";
import { occupy } from "../../support/occupant.ts";
import { Program, refusal } from "../../support/program.ts";
import { request } from "../../support/raw-http.ts";
import { upgradeHeaders } from "../../support/raw-upgrade.ts";
import { ServerProcess } from "../../support/server-process.ts";

const ADMIN_TOKEN = "0123456789abcdef";

const paths = [
  ...["/metrics", "/api/v1/nodes", "/api/v1/openapi.json", "/api/v1/drain"],
  ...["/dashboard.js", "/dashboard.css", "/live"],
];

const operatorsIn = async (program: Program): Promise<string | undefined> =>
  JSON.parse(await program.firstLine).operators;

describe("the operators' port is", () => {
  test("1000 above the public one", async () => {
    await using server = await ServerProcess.start();
    expect(Number(server.operators.port)).toBe(Number(server.url.port) + 1000);
    expect((await fetch(new URL("/metrics", server.operators))).status).toBe(200);
  });

  test("the next free one if that is taken, and the start block names it", async () => {
    await using first = await ServerProcess.start(["--admin-port", "0"]);
    const { port } = first.url;
    await using occupant = await occupy(Number(port) + 1000);
    await first[Symbol.asyncDispose]();
    await using server = await ServerProcess.start([], { PORT: port });
    expect(Number(server.operators.port)).toBeGreaterThan(occupant.port);
    expect((await fetch(new URL("/metrics", server.operators))).status).toBe(200);
  });

  test("the one that is set, or the server does not start", async () => {
    await using occupant = await occupy(0);
    const args = ["--port", "0", "--host", "127.0.0.1", "--admin-port", `${occupant.port}`];
    expect(await refusal(args)).toEqual({
      code: 1,
      stdout: "",
      stderr: `signalbox: port ${occupant.port} is in use; choose another with --admin-port\n`,
    });
  });

  test("nowhere if it is 0", async () => {
    await using server = await Program.serve(["--admin-port", "0"]);
    expect(await operatorsIn(server)).toBeUndefined();
  });
});

describe("settings of the operators' port that are refused:", () => {
  test.each([
    ["a host that others can reach, without a token", ["--admin-host", "0.0.0.0"], "ADMIN_TOKEN"],
    ["a short token", ["--admin-token", "short"], "at least 16 bytes"],
    ["the public port", ["--port", "9000", "--admin-port", "9000"], "must not be --port"],
  ])("%s", async (_what, args, said) => {
    const { code, stderr } = await refusal(args);
    expect([code, stderr.includes(said), stderr.includes("short,")]).toEqual([2, true, false]);
  });
});

test("the public port has nothing of it", async () => {
  await using server = await ServerProcess.start([], { ADMIN_TOKEN });
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  const answers = paths.map(async (path) => {
    const { status } = await fetch(new URL(path, server.url), { headers });
    return [path, status];
  });
  expect(await Promise.all(answers)).toEqual(paths.map((path) => [path, 404]));
});

test("with a token everything wants it, whatever the path", async () => {
  await using server = await ServerProcess.start([], { ADMIN_TOKEN });
  const all = [...paths, "/", "/nowhere"];
  const answers = all.map(async (path) => {
    const response = await fetch(new URL(path, server.operators));
    return [path, response.status, response.headers.get("Content-Type")];
  });
  expect(await Promise.all(answers)).toEqual(
    all.map((path) => [path, 401, "application/problem+json"]),
  );
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  expect((await fetch(new URL("/metrics", server.operators), { headers })).status).toBe(200);
});

test("a name that a page has made point here is refused, and so is acting without a token", async () => {
  await using server = await ServerProcess.start();
  const { operators } = server;
  const rebound = await request(operators, "GET", "/metrics", { Host: "rebound.example" });
  const act = await fetch(new URL("/metrics", operators), { method: "DELETE" });
  expect([rebound.status, act.status]).toEqual([403, 403]);
  const others = [{ Host: "rebound.example" }, { Origin: "https://example.org" }];
  for (const headers of others)
    expect(
      await request(operators, "GET", "/live", { ...upgradeHeaders, ...headers }),
    ).toMatchObject({ status: 403 });
  expect(await act.json()).toEqual({
    type: "about:blank",
    status: 403,
    title: "Forbidden",
    detail: "set ADMIN_TOKEN to be able to act",
  });
});
