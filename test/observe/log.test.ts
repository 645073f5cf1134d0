import { expect, test } from "bun:test";
import { resolve } from "node:path";

const program = resolve(import.meta.dir, "log-program.ts");

const logOf = (level: string, reader: string): Promise<string> =>
  Bun.spawn([process.execPath, program, level, reader], { stdout: "pipe" }).stdout.text();

/** RFC 3339, in UTC. */
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

test("each line is a JSON object, of the level that is wanted or above", async () => {
  const lines = (await logOf("info", "pipe")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: "warn", time, reason: "line\nbreak", msg: "warned" },
    { level: "info", time, msg: "informed" },
  ]);
});

test("a terminal gets lines for people", async () => {
  const plain = Bun.stripANSI(await logOf("debug", "terminal"));
  expect(plain.replaceAll(/\d\d:\d\d:\d\d/g, "12:00:00").split("\n")).toEqual([
    "[12:00:00] DEBUG: debugged",
    "    detail: 1",
    "[12:00:00] WARN: warned",
    '    reason: "line\\nbreak"',
    "[12:00:00] INFO: informed",
    "",
  ]);
});
