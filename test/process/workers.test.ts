import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { openLog } from "../../src/observe/log.ts";
import { Workers } from "../../src/process/workers.ts";
import { until } from "../support/talkers.ts";

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

test("workers at a port that URLs leave out all listen at that one", async () => {
  const folder = mkdtempSync(`${tmpdir()}/signalbox-`);
  const program = `
    process.on("message", ({ type, port }) => {
      if (type !== "listen") return;
      require("node:fs").writeFileSync(process.argv.at(-1) + "/" + process.pid, String(port));
      process.send({ type: "ready", url: "http://127.0.0.1:80/" });
    });`;
  const command = [process.execPath, "-e", program, folder];
  const { log } = openLog("silent", false);
  const workers = new Workers({ command, count: 3, port: 80, log });
  await workers.start();
  await workers.stop("SIGKILL");
  const ports = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, "utf8"));
  expect(ports).toEqual(["80", "80", "80"]);
  rmSync(folder, { recursive: true });
});

/** Says when it is told to end, by a file, and ends when there is another. */
const program = `
  const { existsSync, writeFileSync } = require("node:fs");
  const file = process.argv.at(-1) + "/" + process.pid;
  process.on("message", ({ type }) =>
    process.send(type === "listen" ? { type: "ready", url: "http://127.0.0.1:1" } : { type: "alive" }),
  );
  process.on("disconnect", () => process.exit());
  process.on("SIGTERM", () => {
    writeFileSync(file + ".told", "");
    setInterval(() => existsSync(file + ".end") && process.exit(), 5);
  });`;

test("workers are stopped once the one that is being replaced has ended too", async () => {
  const folder = mkdtempSync(`${tmpdir()}/signalbox-`);
  const told = () =>
    readdirSync(folder).flatMap((name) =>
      name.endsWith(".told") ? [Number.parseInt(name, 10)] : [],
    );
  const end = (pid: number) => writeFileSync(`${folder}/${pid}.end`, "");
  const command = [process.execPath, "-e", program, folder];
  const { log } = openLog("silent", false);
  const workers = new Workers({ command, count: 1, port: 1, log });
  await workers.start();
  const replaced = workers.replace();
  await until(() => told().length === 1, "the first is not told to end");
  const [first = 0] = told();
  const firstAtEnd = workers.stop("SIGTERM").then(() => isAlive(first));
  await until(() => told().length === 2, "the other is not told to end");
  const other = told().find((pid) => pid !== first) ?? 0;
  end(other);
  await until(() => !isAlive(other), "the other does not end");
  end(first);
  expect(await firstAtEnd).toBe(false);
  await replaced;
  rmSync(folder, { recursive: true });
}, 20_000);

/** Never ends and handles no event, like an endless loop, but leaves the cores to other tests. */
const hang = "for (;;) Bun.sleepSync(1000);";

/** Leaves its process id, listens and answers, until it gets SIGUSR2: then it hangs. */
const looping = `
  require("node:fs").writeFileSync(process.argv.at(-1) + "/" + process.pid, "");
  process.on("message", ({ type }) =>
    process.send(type === "listen" ? { type: "ready", url: "http://127.0.0.1:1" } : { type: "alive" }),
  );
  process.on("SIGUSR2", () => { ${hang} });`;

/** Workers of this program, and those of them that live. */
function workersOf(program: string) {
  const folder = mkdtempSync(`${tmpdir()}/signalbox-`);
  const command = [process.execPath, "-e", program, folder];
  const { log } = openLog("silent", false);
  return {
    workers: new Workers({ command, count: 2, port: 1, log }),
    living: () => readdirSync(folder).map(Number).filter(isAlive),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

test.concurrent("a worker that hangs is killed, and another takes its place", async () => {
  using own = workersOf(looping);
  await own.workers.start();
  const [victim = 0, other = 0] = own.living();
  process.kill(victim, "SIGUSR2");
  const isReplaced = () => own.living().length === 2 && !own.living().includes(victim);
  await until(isReplaced, "it is not replaced");
  expect(own.living()).toContain(other);
  await own.workers.stop("SIGKILL");
}, 20_000);

test.concurrent("a worker that hangs before it listens is killed, and start() says so", async () => {
  using own = workersOf(hang);
  await expect(own.workers.start()).rejects.toThrow(
    "a worker was ended by SIGKILL before it listened",
  );
}, 20_000);

test.concurrent("workers that hang while they are stopped are killed, so that stopping ends", async () => {
  using own = workersOf(`${looping} process.on("SIGTERM", () => { ${hang} });`);
  await own.workers.start();
  expect(own.living()).toHaveLength(2);
  await own.workers.stop("SIGTERM");
  expect(own.living()).toEqual([]);
}, 20_000);

test.concurrent("a worker that hangs when it is to be replaced does not hold the others up", async () => {
  using own = workersOf(looping);
  await own.workers.start();
  const before = own.living();
  process.kill(before[0]!, "SIGSTOP");
  await own.workers.replace();
  const after = own.living();
  expect([after.length, after.filter((pid) => before.includes(pid))]).toEqual([2, []]);
  await own.workers.stop("SIGKILL");
}, 20_000);
