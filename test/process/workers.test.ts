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
    process.on("message", ({ port }) => {
      require("node:fs").writeFileSync(process.argv.at(-1) + "/" + process.pid, String(port));
      process.send({ url: "http://127.0.0.1:80/" });
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
  process.on("message", () => process.send({ url: "http://127.0.0.1:1" }));
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
