import { expect, test } from "bun:test";
import { Command } from "commander";
import { addOptions, optionsHelp, settingsOf, UsageError } from "../../src/cli/command-line.ts";
import { integer, type Option, text } from "../../src/options/option.ts";

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

const options = [port, maxQueuedBytes];

function commandOf(line: string, source: Parameters<typeof addOptions>[2] = "flags"): Command {
  const command = addOptions(new Command("program").exitOverride(), options, source);
  return command.parse(line.split(" ").filter(Boolean), { from: "user" });
}

/** The two values, or the problems. */
function read(line: string, environment: Record<string, string> = {}) {
  try {
    const settings = settingsOf(commandOf(line), options, environment, ["serve", "relay"]);
    return [settings(port), settings(maxQueuedBytes)];
  } catch (error) {
    return error instanceof UsageError ? error.problems : error;
  }
}

test.each([
  ["", [8081, "1"]],
  ["--port 1 --max-queued-bytes 2", [1, "2"]],
  ["--port=1 --max-queued-bytes=2", [1, "2"]],
  ["--port 1 --port 2", [2, "1"]],
  ["serve --port 0", [0, "1"]],
  ["relay serve", [8081, "1"]],
])("reads %p", (line, values) => {
  expect(read(line)).toEqual(values);
});

test("flags win over the environment", () => {
  expect(read("--port 1", { PORT: "2", MAX_QUEUED_BYTES: "3" })).toEqual([1, "3"]);
});

test.each([
  ["--port", ["--port needs a value: <number>"]],
  [
    "--port --max-queued-bytes",
    ["--port needs a value: <number>", "--max-queued-bytes needs a value: <bytes>"],
  ],
  ["--prot 1", ["unknown option --prot; did you mean --port?"]],
  ["--prot=1", ["unknown option --prot; did you mean --port?"]],
  ["--verbose", ["unknown option --verbose"]],
  ["--hlep", ["unknown option --hlep; did you mean --help?"]],
  ["-p 1", ["unknown option -p"]],
  ["sevre", ["unknown command or argument sevre; did you mean serve?"]],
  ["8080", ["unknown command or argument 8080"]],
  [
    "relay 8080 sevre",
    ["unknown command or argument 8080", "unknown command or argument sevre; did you mean serve?"],
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

test.each([
  [
    "flags",
    [
      "--port <number> TCP port (default 8081)",
      "--max-queued-bytes <bytes> bytes that wait (default 1)",
    ],
  ],
  [
    "flags and environment",
    [
      "--port <number> TCP port (PORT, default 8081)",
      "--max-queued-bytes <bytes> bytes that wait (MAX_QUEUED_BYTES, default 1)",
    ],
  ],
] as const)("the help of options by %s says how each is given", (source, lines) => {
  const words = optionsHelp(commandOf("", source)).replaceAll(/\s+/g, " ");
  expect(lines.filter((line) => !words.includes(line))).toEqual([]);
});
