// The whole load generator, against child processes. The yardstick stands in for the server.

import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchOptions, benchDefaults } from "../../src/bench/options.ts";
import { serveYardstick } from "../../src/bench/yardstick.ts";
import { failureOf, reportOf, runBench, standIn, tiny } from "./run-bench.ts";
import { type Strangeness, serveStrangely } from "./strange-server.ts";

const servers: Bun.Server<undefined>[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop(true)));
});

function strangeUrl(strangeness: Strangeness): URL {
  const server = serveStrangely(strangeness);
  servers.push(server);
  return new URL(`ws://127.0.0.1:${server.port}`);
}

function silentUrl(): URL {
  const server = serveStrangely({});
  server.stop(true);
  return new URL(`ws://127.0.0.1:${server.port}`);
}

describe("a run", () => {
  const figures: Readonly<Record<(typeof benchDefaults.modes)[number], string>> = {
    relay:
      "deliveredPerSecond deliveredPerCpuSecond serverCpuPercent benchCpuPercent messagesPerRead errors",
    rate: "p50Ms p99Ms p999Ms maxMs deliveredPerSecond serverCpuPercent sentLateP99Ms missing errors",
    idle: "bytesPerConnection mebibytesBefore mebibytesAfter",
    storm:
      "connectionsPerSecond connectionsPerCpuSecond p50Ms p99Ms lastMs serverCpuSeconds benchCpuSeconds",
  };

  test.concurrent.each(benchDefaults.modes)(
    "of %s reports every figure of both servers as JSON",
    async (mode) => {
      const report = await reportOf({ modes: [mode] });
      expect(report).toMatchObject({
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        bun: Bun.version,
        cpu: { model: expect.any(String), threads: expect.any(Number) },
        options: { ...tiny, modes: [mode], json: true },
        results: [{ mode, conditions: expect.any(String), remarks: expect.any(Array) }],
      });
      const named = report.results[0]?.rounds.map(({ target, round, figures }) => [
        target,
        round,
        Object.keys(figures).toSorted().join(" "),
      ]);
      const expected = figures[mode].split(" ").toSorted().join(" ");
      expect(named).toEqual([
        ["signalbox", 1, expected],
        ["yardstick", 1, expected],
      ]);
      expect(report.results[0]?.medians).toEqual(
        report.results[0]?.rounds.map(({ target, figures }) => ({ target, figures })) ?? [],
      );
    },
    30_000,
  );

  test("at a fixed rate delivers every message", async () => {
    const { results } = await reportOf({ modes: ["rate"] });
    expect(results[0]?.medians).toMatchObject([
      { target: "signalbox", figures: { missing: 0, errors: 0 } },
      { target: "yardstick", figures: { missing: 0, errors: 0 } },
    ]);
  });

  test("loses nothing that the kernel does not take at once", async () => {
    const { results } = await reportOf({ modes: ["relay"], window: 3000 });
    expect(results[0]?.rounds.map(({ figures }) => figures["errors"])).toEqual([0, 0]);
    expect(results[0]?.remarks.join()).not.toContain("never delivered");
  });

  test("ends with a table for people, and says meanwhile how far it is", async () => {
    const { written, progress } = await runBench({ modes: ["storm"] });
    expect(written.split("\n").slice(0, 6)).toEqual([
      expect.stringMatching(/^\S+Z {2}Bun .+ threads$/),
      "",
      "storm: 20 connections at once, 4 in a topic, 1 ×, topic protocol; medians",
      expect.stringMatching(/^ +connections\/s .+bench CPU s$/),
      expect.stringMatching(/^signalbox {2}/),
      expect.stringMatching(/^yardstick {2}/),
    ]);
    expect(progress).toEqual([
      expect.stringMatching(/^storm {2}round 1\/1 {2}signalbox {2}[\d,]+ connections\/s$/),
      expect.stringMatching(/^storm {2}round 1\/1 {2}yardstick {2}[\d,]+ connections\/s$/),
    ]);
  });

  test("against an address alone has no CPU time and no yardstick", async () => {
    const url = new URL(`ws://127.0.0.1:${serveYardstick(0).port}`);
    const { results } = await reportOf({ modes: ["storm"], urls: [url] });
    expect(results[0]?.medians).toMatchObject([
      { target: "server", figures: { serverCpuSeconds: null, connectionsPerCpuSecond: null } },
    ]);
  });

  test("against another server measures that one in the yardstick's place", async () => {
    const program = `${import.meta.dir}/other-program.ts`;
    const against = `${process.execPath} '${program}'`;
    // Long enough for a busy machine to give it a hundredth of a second of CPU, the least that is counted.
    const { results } = await reportOf({ modes: ["relay"], against, seconds: 1 });
    expect(results[0]).toMatchObject({
      medians: [
        { target: "signalbox", figures: { errors: 0 } },
        { target: "other", figures: { errors: 0, serverCpuPercent: expect.any(Number) } },
      ],
      ratio: { to: "other", figure: "deliveredPerCpuSecond" },
    });
  });

  test("counts the errors of a server, shows one, and takes none for a delivery", async () => {
    const url = strangeUrl({
      greetings: ['{"type":"welcome","selfId":"a"}', '{"type":"peer-list","peers":[{"id":"b"}]}'],
      answer: '{"type":"error","code":"dropped","message":"delivery failed"}',
    });
    const { results } = await reportOf({ modes: ["relay"], urls: [url] });
    expect(results[0]).toMatchObject({
      medians: [{ figures: { deliveredPerSecond: 0, errors: 2 } }],
      remarks: [expect.stringMatching(/^server refused messages: .+dropped/)],
    });
  });
});

describe("a run fails in one line", () => {
  const cases: readonly [string, () => Partial<BenchOptions>, RegExp][] = [
    [
      "when nobody listens",
      () => ({ urls: [silentUrl()] }),
      /^server at 127\.0\.0\.1:\d+: cannot connect: connection refused$/,
    ],
    [
      "when the server does not know WebSocket",
      () => ({ urls: [strangeUrl({})] }),
      /^server at \S+: the server did not upgrade to WebSocket, it answered "HTTP\/1\.1 200 OK"$/,
    ],
    [
      "when the server speaks another protocol",
      () => ({ urls: [strangeUrl({ greetings: ["hello"] })] }),
      /^server at \S+ does not speak the topic protocol: it sent hello$/,
    ],
    [
      "when the server closes a connection",
      () => ({ urls: [strangeUrl({ greetings: [], close: [1013, "try again later"] })] }),
      /^server at \S+: the server closed the connection: 1013 try again later$/,
    ],
    [
      "when a message is too short for an offer",
      () => ({ bytes: 100 }),
      /^a message must be \d+ bytes longer to hold an offer$/,
    ],
  ];

  test("when it needs more files than it may open", async () => {
    expect(await failureOf(runBench({ modes: ["storm"], connections: 1_000_000_000 }))).toMatch(
      /^1000000000 connections are too many: a process may open \d+ files here \(ulimit -n\)$/,
    );
  });

  test.each(cases)("%s", async (_when, options, message) => {
    expect(await failureOf(runBench({ modes: ["relay"], ...options() }))).toMatch(message);
  });

  test("when the other server does not start", async () => {
    expect(await failureOf(runBench({ against: "sh -c 'echo no config >&2; exit 4'" }))).toBe(
      "other ended with exit code 4: no config",
    );
  });

  test("when its own server does not start", async () => {
    const command = [process.execPath, "-e", "console.error('no such port'); process.exit(3)"];
    expect(await failureOf(runBench({}, command))).toBe(
      "signalbox ended with exit code 3: no such port",
    );
  });

  test("when it is interrupted", async () => {
    const interrupt = new AbortController();
    const running = runBench({ modes: ["idle"] }, standIn(), interrupt.signal);
    interrupt.abort();
    expect(await failureOf(running)).toBe("interrupted");
  });
});

test("no server is left running, whether a run ends or fails", async () => {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  const pids = join(directory, "pids");
  try {
    await runBench({ modes: ["storm"] }, standIn(pids));
    await failureOf(runBench({ modes: ["relay"], bytes: 100 }, standIn(pids)));
    const alive = readFileSync(pids, "utf8")
      .trim()
      .split("\n")
      .map((pid) => isAlive(Number(pid)));
    expect(alive).toEqual([false, false, false, false]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
