// `bench flood`: who may be attacked, what attacks do, and what is reported of it.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLoopback, refusalOf } from "../../src/bench/flood/addresses.ts";
import { attackNames, attacks } from "../../src/bench/flood/attacks.ts";
import { flood } from "../../src/bench/flood/flood.ts";
import { Ground } from "../../src/bench/flood/ground.ts";
import { type FloodOptions, floodDefaults } from "../../src/bench/flood/options.ts";
import { readOrder, writeOrder } from "../../src/bench/flood/order.ts";
import type { FloodReport } from "../../src/bench/flood/report.ts";
import { occupy } from "../support/occupant.ts";
import { binary } from "../support/paths.ts";
import { run } from "../support/program.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/talkers.ts";

const tiny: FloodOptions = { ...floodDefaults, attacks: ["churn"], pairs: 2, seconds: 1 };

async function textOf(
  options: Partial<FloodOptions>,
  command: readonly string[] = [binary],
): Promise<string> {
  const written: string[] = [];
  await flood(
    { ...tiny, ...options },
    { command, write: (text) => void written.push(text), progress: () => undefined },
  );
  return written.join("");
}

const reportOf = async (
  options: Partial<FloodOptions>,
  command?: readonly string[],
): Promise<FloodReport> => JSON.parse(await textOf({ ...options, json: true }, command));

const socketUrl = ({ host }: URL): URL => new URL(`ws://${host}`);

describe("whom it attacks", () => {
  test.each([
    ["ws://127.0.0.1:1", true],
    ["ws://127.8.9.1:1", true],
    ["ws://localhost:1", true],
    ["wss://localhost./path", true],
    ["ws://[::1]:1", true],
    ["ws://0.0.0.0:1", false],
    ["ws://10.0.0.1:1", false],
    ["ws://127.0.0.1.example.org:1", false],
    ["ws://localhost.example.org:1", false],
    ["ws://[::ffff:127.0.0.1]:1", false],
    ["wss://example.org", false],
  ])("%s is this machine: %p", (url, is) => {
    expect(isLoopback(new URL(url))).toBe(is);
  });

  test("one foreign node among several is refused, unless the user is sure", () => {
    const urls = [new URL("ws://127.0.0.1:1"), new URL("ws://192.0.2.1:1")];
    expect(refusalOf(urls, false)).toMatch(/192\.0\.2\.1 is another host, and --yes says/);
    expect(refusalOf(urls, true)).toBeUndefined();
  });

  test("the flooder itself refuses another host", async () => {
    const order = { attack: "churn", connections: 1, seconds: 1, isSure: false } as const;
    const input = `${writeOrder({ ...order, urls: [new URL("ws://192.0.2.1:1")] })}\n`;
    expect(await run(["flooder"], { input })).toMatchObject({
      code: 1,
      stdout: "ready\n",
      stderr: expect.stringContaining("192.0.2.1 is another host"),
    });
  });
});

test("the flooder ends at once with the process that feeds it", async () => {
  await using occupant = await occupy(0);
  const urls = [new URL(`ws://127.0.0.1:${occupant.port}`)] as const;
  const order = { attack: "drip", connections: 5, seconds: 60, isSure: false } as const;
  const input = `${writeOrder({ ...order, urls: [...urls] })}\n`;
  const { code, stdout } = await run(["flooder"], { input });
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^ready\n\{"opened":\d+,.+\}\n$/),
  });
}, 30_000);

describe("an order", () => {
  const order = {
    attack: "join",
    connections: 4000,
    seconds: 5,
    urls: [new URL("ws://127.0.0.1:1"), new URL("ws://127.0.0.1:2")],
    isSure: false,
  } as const;

  test("is read as it was written", () => {
    expect(readOrder(writeOrder({ ...order, urls: [...order.urls] }))).toEqual({
      ...order,
      urls: [...order.urls],
    });
  });

  test.each([
    ["another attack", { attack: "rm" }],
    ["too many connections", { connections: 5001 }],
    ["no connections", { connections: 0 }],
    ["too long a time", { seconds: 61 }],
    ["no address", { urls: [] }],
  ])("with %s is none", (_what, change) => {
    expect(readOrder(JSON.stringify({ ...order, ...change }))).toBeUndefined();
  });

  test("is needed: without one the flooder ends", async () => {
    expect(await run(["flooder"])).toEqual({
      code: 1,
      stdout: "ready\n",
      stderr: "signalbox: the flooder needs an order of `signalbox bench flood`\n",
    });
  });
});

describe("the command line is refused", () => {
  test.each([
    ["--attack nonsense", '--attack must be some of control, churn, join, .+, not "nonsense"'],
    ["--url ws://192.0.2.1:8081", "--url: flood attacks only this machine: 192.0.2.1 is another"],
    ["--url wss://example.org", "--url: flood attacks only this machine: example.org is another"],
    ["--seconds 61", "--seconds of a flood must be at most 60"],
    ["--nodes 2", "--nodes above 1 needs REDIS_URL in the environment"],
    ["--nodes 2 --url ws://127.0.0.1:1", "--nodes says how many servers bench starts"],
    ["relay", "flood cannot run with other modes"],
    ["--nodes 17", "--nodes must be a whole number from 1 to 16"],
  ])("bench flood %s", async (args, problem) => {
    expect(await run(["bench", "flood", ...args.split(" ")])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(new RegExp(`^signalbox: ${problem}`, "m")),
    });
  });

  test("bench --attack churn, which is no mode", async () => {
    expect(await run(["bench", "--attack", "churn"])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^signalbox: --attack is for signalbox bench flood\n/),
    });
  });
});

describe("a server", () => {
  let server: Awaited<ReturnType<typeof ServerProcess.start>>;

  beforeAll(async () => {
    server = await ServerProcess.start([], { LOG_LEVEL: "info" });
  });

  afterAll(() => server[Symbol.asyncDispose]());

  test.each(attackNames.map((attack) => [attack]))(
    "meets connections of %s, all of which are gone in the end, and answers",
    async (attack) => {
      const connections = Math.min(...attacks[attack].connections, 20);
      const order = { attack, connections, seconds: 5, isSure: false } as const;
      const ground = new Ground({ ...order, urls: [socketUrl(server.url)] });
      attacks[attack].start(ground);
      await until(() => ground.tally.opened >= connections, `${attack} opens too few`);
      const isPlain = ["control", "http", "drip", "files"].includes(attack);
      await until(() => isPlain || ground.tally.accepted > 0, `nobody of ${attack} is let in`);
      ground[Symbol.dispose]();
      const { opened } = ground.tally;
      const { status } = await fetch(new URL("/healthz", server.url));
      expect({ status, more: ground.tally.opened - opened }).toEqual({ status: 200, more: 0 });
    },
  );

  test("at an address is attacked and measured, and goes on", async () => {
    const urls = [socketUrl(server.url)] as const;
    const { results } = await reportOf({ urls: [...urls], pids: [server.pid] });
    expect(results).toMatchObject([
      {
        attack: "churn",
        watched: {
          phases: {
            before: { missing: 0, mebibytes: expect.any(Number) },
            during: { missing: 0, serverCpuPercent: expect.any(Number) },
            after: { missing: 0, healthMaxMs: expect.any(Number), joinMaxMs: expect.any(Number) },
          },
          growthMebibytes: expect.any(Number),
        },
      },
    ]);
    expect(results[0]).not.toHaveProperty("drainSeconds");
    expect((await fetch(new URL("/healthz", server.url))).status).toBe(200);
  }, 30_000);

  test("whose process is not known has no memory and no CPU time", async () => {
    const { results } = await reportOf({ urls: [socketUrl(server.url)] });
    expect(results[0]?.watched).toMatchObject({
      phases: { during: { p99Ms: expect.any(Number), serverCpuPercent: null, mebibytes: null } },
      growthMebibytes: null,
    });
  }, 30_000);
});

describe("a report", () => {
  test("as JSON has every figure of three phases, what the flooder did, and the end by SIGTERM", async () => {
    const report = await reportOf({ attacks: ["garbage"] });
    const figures = {
      p50Ms: expect.any(Number),
      p99Ms: expect.any(Number),
      maxMs: expect.any(Number),
      lateP99Ms: expect.any(Number),
      lateMaxMs: expect.any(Number),
      missing: 0,
      healthMaxMs: expect.any(Number),
      joinMaxMs: expect.any(Number),
      serverCpuPercent: expect.any(Number),
      serverWaitPercent: expect.any(Number),
      mebibytes: expect.any(Number),
    };
    expect(report).toMatchObject({
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      options: { ...tiny, attacks: ["garbage"], json: true },
      results: [
        {
          attack: "garbage",
          connections: 32,
          watched: { phases: { before: figures, during: figures, after: figures } },
          drainSeconds: expect.any(Number),
          misses: expect.any(Array),
        },
      ],
    });
    const { flooder } = report.results[0]?.watched ?? {};
    expect(flooder?.accepted).toBeGreaterThan(0);
    expect(flooder?.statuses).toHaveProperty("426");
    expect(Object.keys(flooder?.closes ?? {})).toContain("1007 not JSON");
  }, 30_000);

  test("for people has a block for each attack, and a summary", async () => {
    const lines = (await textOf({ attacks: ["garbage"] })).split("\n");
    expect(lines.slice(0, 10)).toEqual([
      expect.stringMatching(/^\S+Z {2}Bun .+ threads$/),
      "flood: 2 pairs, 1000 messages/s of 1200 bytes, topic protocol, 1 s before, during and after each attack, 1 node",
      "",
      expect.stringMatching(/^garbage × 32: 32 /),
      expect.stringMatching(/^ +p50 ms +p99 ms +max ms .+MiB$/),
      expect.stringMatching(/^before +[\d.]+ /),
      expect.stringMatching(/^during +[\d.]+ /),
      expect.stringMatching(/^after +[\d.]+ /),
      expect.stringMatching(/^flooder: \d+ connections, .+ MiB sent/),
      expect.stringMatching(/^SIGTERM: ended after [\d.]+ s$/),
    ]);
    expect(lines.slice(-3)).toEqual([
      expect.stringMatching(/^ +p99 before +during +after .+aims missed$/),
      expect.stringMatching(/^garbage × 32 /),
      "",
    ]);
  }, 30_000);

  test("says that a server did not survive, and why", async () => {
    const directory = mkdtempSync(join(tmpdir(), "signalbox-flood-"));
    try {
      const program = [process.execPath, `${import.meta.dir}/deadly-program.ts`];
      const { results } = await reportOf({}, [...program, join(directory, "pid")]);
      expect(results).toMatchObject([
        { attack: "churn", watched: null, misses: [expect.stringMatching(/went away|SIGKILL/)] },
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }, 30_000);
});
