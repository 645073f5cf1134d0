// `signalbox healthcheck`, as container platforms call it: exit code 0 or 1, and a line for people.

import { describe, expect, test } from "bun:test";
import { hasIpv6 } from "../../support/machine.ts";
import { occupy } from "../../support/occupant.ts";
import { Program, run } from "../../support/program.ts";
import { until } from "../../support/talkers.ts";

const ready = { code: 0, stdout: "ready\n", stderr: "" };

const unanswered = (port: number | string) => ({
  code: 1,
  stdout: "",
  stderr: `signalbox: http://127.0.0.1:${port}/readyz does not answer\n`,
});

describe("healthcheck succeeds where the server is ready", () => {
  test("at the address that flags say", async () => {
    await using server = await Program.serve();
    const { hostname, port } = server.url;
    expect(await run(["healthcheck", "--host", hostname, "--port", port])).toEqual(ready);
  });

  test("at the address that variables say, as it is for the server itself", async () => {
    await using server = await Program.serve([], { env: { HOST: "0.0.0.0" } });
    const env = { HOST: "0.0.0.0", PORT: server.url.port, LOG_LEVEL: "error" };
    expect(await run(["healthcheck"], { env })).toEqual(ready);
  });

  // Every form of an address that a server can listen on.
  const hosts = ["127.0.0.1", "127.1", "0.0.0.0", "0", "localhost", "LOCALHOST"];
  const ipv6Hosts = [
    "::1",
    "[::1]",
    "::",
    "[::]",
    "::ffff:127.0.0.1",
    "[::ffff:7f00:1]",
    "::ffff:0.0.0.0",
  ];

  test.each(hasIpv6 ? [...hosts, ...ipv6Hosts] : hosts)("at HOST=%s", async (HOST) => {
    await using server = await Program.serve([], { env: { HOST } });
    const env = { HOST, PORT: server.url.port };
    expect(await run(["healthcheck"], { env })).toEqual(ready);
  });

  test("whatever proxy the environment names", async () => {
    await using server = await Program.serve();
    const proxy = "http://127.0.0.1:1";
    const env = { HTTP_PROXY: proxy, http_proxy: proxy, PORT: server.url.port };
    expect(await run(["healthcheck"], { env })).toEqual(ready);
  });

  test("on this machine where no host is named", async () => {
    await using server = await Program.serve();
    expect(await run(["healthcheck", "--port", server.url.port])).toEqual(ready);
  });
});

describe("healthcheck fails", () => {
  test("where nobody listens", async () => {
    const occupant = await occupy(0);
    await occupant[Symbol.asyncDispose]();
    const { port } = occupant;
    expect(await run(["healthcheck", "--port", String(port)])).toEqual(unanswered(port));
  });

  test("where nobody answers", async () => {
    await using occupant = await occupy(0);
    const { port } = occupant;
    expect(await run(["healthcheck", "--port", String(port)])).toEqual(unanswered(port));
  }, 20_000);

  test("where something else answers", async () => {
    using other = Bun.serve({ port: 0, fetch: () => new Response("who?", { status: 404 }) });
    const { port } = other;
    expect(await run(["healthcheck", "--port", String(port)])).toEqual({
      code: 1,
      stdout: "",
      stderr: `signalbox: http://127.0.0.1:${port}/readyz says who?\n`,
    });
  });

  test("where something else answers at length, in a line that a terminal does not obey", async () => {
    const text = `\u001b[31m${"x".repeat(1_000_000)}`;
    using other = Bun.serve({ port: 0, fetch: () => new Response(text, { status: 500 }) });
    const { code, stderr } = await run(["healthcheck", "--port", String(other.port)]);
    expect([code, stderr.length < 500, stderr.includes("\u001b")]).toEqual([1, true, false]);
  });

  test("at port 0, which is none that a server can be asked at", async () => {
    const { code, stderr } = await run(["healthcheck"], { env: { PORT: "0" } });
    expect([code, stderr.split("\n")[0]]).toEqual([
      2,
      "signalbox: healthcheck needs the port that the server listens on, not 0",
    ]);
  });

  test("while the server is being stopped", async () => {
    await using server = await Program.serve(["--drain-delay-seconds", "600"]);
    const { port } = server.url;
    server.signal("SIGTERM");
    const isUnready = async () => !(await fetch(new URL("/readyz", server.url))).ok;
    await until(isUnready, "it stays ready");
    expect(await run(["healthcheck", "--port", port])).toEqual({
      code: 1,
      stdout: "",
      stderr: `signalbox: http://127.0.0.1:${port}/readyz says draining\n`,
    });
  }, 60_000);
});
