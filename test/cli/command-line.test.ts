import { expect, test } from "bun:test";
import type { Command } from "../../src/cli/command.ts";
import { UsageError } from "../../src/cli/exit.ts";
import { readingOf, readLine } from "../../src/cli/perform.ts";
import { boolean, integer, type Option, text } from "../../src/options/option.ts";

const port: Option<number> = {
  name: "port",
  placeholder: "number",
  schema: integer(0, 65_535),
  default: 8081,
  help: "TCP port",
};

const maxQueuedBytes: Option<string> = {
  name: "max-queued-bytes",
  placeholder: "bytes",
  schema: text(),
  default: "1",
  help: "bytes that wait",
};

const verbose: Option<boolean> = {
  name: "json",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "report JSON",
};

const command: Command = {
  name: "program",
  summary: "",
  groups: [
    { name: "server", title: "Server", options: [port, maxQueuedBytes] },
    { name: "own", title: "Options", options: [verbose], isFlagsOnly: true },
  ],
  words: {
    usage: "[mode...]",
    known: ["relay", "idle"],
    takes: (word) => ["relay", "idle"].includes(word),
  },
  run: () => undefined,
};

/** The values and the words, or the problems. */
function read(line: string, environment: Record<string, string> = {}) {
  try {
    const read = readLine(command, line.split(" ").filter(Boolean));
    const { settings } = readingOf(command, read, environment, [command]);
    return [settings(port), settings(maxQueuedBytes), settings(verbose), ...read.words];
  } catch (error) {
    return error instanceof UsageError ? error.problems : error;
  }
}

test.each([
  ["", [8081, "1", false]],
  ["--port 1 --max-queued-bytes 2", [1, "2", false]],
  ["--port=1 --max-queued-bytes=2", [1, "2", false]],
  ["--port 1 --port 2", [2, "1", false]],
  ["-p 1", [1, "1", false]],
  ["-p1", [1, "1", false]],
  ["-p=1", [1, "1", false]],
  ["relay --port 0 idle", [0, "1", false, "relay", "idle"]],
  ["--port 0 -- relay", [0, "1", false, "relay"]],
  ["--max-queued-bytes=--port", [8081, "--port", false]],
  ["--max-queued-bytes=a=b", [8081, "a=b", false]],
  ["--max-queued-bytes -5", [8081, "-5", false]],
])("reads %p", (line, values) => {
  expect(read(line)).toEqual(values);
});

test("a switch needs no value, and takes one that is not a word of the command", () => {
  expect(
    ["--json", "--json relay", "--json false relay", "--json=true"].map((line) => read(line)),
  ).toEqual([
    [8081, "1", true],
    [8081, "1", true, "relay"],
    [8081, "1", false, "relay"],
    [8081, "1", true],
  ]);
  expect(read("--json maybe")).toEqual(['--json must be true or false, not "maybe"']);
});

test("flags win over the environment, which does not set what is for flags only", () => {
  const environment = { PORT: "2", MAX_QUEUED_BYTES: "3", JSON: "true" };
  expect(read("--port 1", environment)).toEqual([1, "3", false]);
});

test.each([
  ["--port", ["--port needs a value: <number>"]],
  [
    "--port --max-queued-bytes",
    ["--port needs a value: <number>", "--max-queued-bytes needs a value: <bytes>"],
  ],
  ["--port -- relay", ["--port needs a value: <number>"]],
  ["--prot 1", ["unknown option --prot; did you mean --port?"]],
  ["--prot=1", ["unknown option --prot; did you mean --port?"]],
  ["--verbose", ["unknown option --verbose"]],
  ["--hlep", ["unknown option --hlep; did you mean --help?"]],
  ["--Max_Queued_Bytes 1", ["unknown option --Max_Queued_Bytes; did you mean --max-queued-bytes?"]],
  ["-x 1", ["unknown option -x"]],
  ["rleay", ["unknown command or argument rleay; did you mean relay?"]],
  ["8080", ["unknown command or argument 8080"]],
  [
    "relay 8080 rely",
    ["unknown command or argument 8080", "unknown command or argument rely; did you mean relay?"],
  ],
  [
    "--port 1 program",
    ["program is a command, and must come before all options: signalbox program"],
  ],
])("says what is wrong with %p", (line, problems) => {
  expect(read(line)).toEqual(problems);
});

test("tells unknown words and bad values at once", () => {
  expect(read("--port x --max-queued-byte 1", { MAX_QUEUED_BYTES: "" })).toEqual([
    "unknown option --max-queued-byte; did you mean --max-queued-bytes?",
    '--port must be a whole number from 0 to 65535, not "x"',
  ]);
});

test("a usage error's message has all problems", () => {
  expect(new UsageError(["one", "two"]).message).toBe("one\ntwo");
});
