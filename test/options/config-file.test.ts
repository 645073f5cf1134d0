import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { groups, options } from "../../src/cli/serve-options.ts";
import { readConfigFile } from "../../src/options/config-file.ts";
import { readSettings } from "../../src/options/settings.ts";
import { linesOf } from "../../src/options/toml.ts";

const folder = mkdtempSync(`${tmpdir()}/config-file-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = `${folder}/signalbox.toml`;
const named = { name: "--config", text: path };

/** What is wrong with a file of these lines, without its path; nothing if all is well. */
function problemsOf(...lines: readonly string[]): readonly string[] {
  writeFileSync(path, lines.join("\n"));
  const { entries, problems } = readConfigFile(named, groups);
  const reading = readSettings(options, new Map(), {}, [], entries);
  const all = [...problems, ...("problems" in reading ? reading.problems : [])];
  return all.map((problem) => problem.replaceAll(path, "file"));
}

/** The values of some options, by name. */
function read(text: string, environment: Record<string, string> = {}, flags = {}) {
  writeFileSync(path, text);
  const { entries } = readConfigFile(named, groups);
  const reading = readSettings(options, new Map(Object.entries(flags)), environment, [], entries);
  if ("problems" in reading) throw new Error(reading.problems.join("\n"));
  return (name: string) => {
    const option = options.find((each) => each.name === name)!;
    return [reading.settings(option), reading.sources(option)?.name.replace(path, "file")];
  };
}

test("texts, numbers, true, false and arrays are read as flags would be", () => {
  const value = read(`
[server]
port = 9_000
host = '::1' # a comment
[admission]
allowed-origins = [
  "https://a.example",
  "https://b.example",
]
trusted-proxies = "10.0.0.0/8, 127.0.0.1"
[y-webrtc]
y-webrtc-directed = false
`);
  expect(value("port")).toEqual([9000, "file, line 3: port"]);
  expect(value("host")).toEqual(["::1", "file, line 4: host"]);
  expect(value("allowed-origins")).toEqual([
    ["https://a.example", "https://b.example"],
    "file, line 6: allowed-origins",
  ]);
  expect(value("trusted-proxies")[0]).toEqual(["10.0.0.0/8", "127.0.0.1"]);
  expect(value("y-webrtc-directed")[0]).toBe(false);
  expect(value("log-level")).toEqual(["info", undefined]);
});

test("flags win over variables, those over the file, and the file over defaults", () => {
  const text = "[server]\nport = 1\nhost = 'a'\nlog-level = 'warn'\n";
  const value = read(text, { PORT: "2", HOST: "b" }, { port: "3" });
  expect(["port", "host", "log-level", "workers"].map(value)).toEqual([
    [3, "--port"],
    ["b", "HOST"],
    ["warn", "file, line 4: log-level"],
    [1, undefined],
  ]);
});

test("a file that holds a secret counts where it is named, and both at one place are refused", () => {
  const [one, other] = ["1", "2"].map((name) => {
    writeFileSync(`${folder}/${name}`, `${"é".repeat(16)}${name}\n`);
    return `${folder}/${name}`;
  });
  const text = `[tokens]\njwt-secret-file = '${one}'\n`;
  const shown = (value: unknown) => new TextDecoder().decode(value as Uint8Array).at(-1);
  expect(shown(read(text)("jwt-secret")[0])).toBe("1");
  expect(shown(read(text, { JWT_SECRET_FILE: other! })("jwt-secret")[0])).toBe("2");
  expect(shown(read(text, { JWT_SECRET: "x".repeat(32) })("jwt-secret")[0])).toBe("x");
  expect(problemsOf(text, `jwt-secret = "${"x".repeat(32)}"`)).toEqual([
    "file, line 4: jwt-secret and file, line 2: jwt-secret-file cannot both be set",
  ]);
});

test("all that is wrong is told, with its line and the nearest right name", () => {
  expect(
    problemsOf(
      "port = 1",
      "[server]",
      "prot = 2",
      "max-connections = 5",
      'log-level = "loud"',
      "workers = [1, 2]",
      "config = 'other.toml'",
      "",
      "[servr]",
      "[peerjs]",
      "path = '/'",
      "[cluster]",
      "redis-url = 5",
      "redis-prefix = { a = 1 }",
      "[limits]",
      "max-topics = 1.5",
      "[admission]",
      "allowed-origins = []",
      "trusted-proxies = ['10.0.0.0/8,127.0.0.1']",
      "[rooms.deep]",
    ),
  ).toEqual([
    "file, line 1: port belongs in [server]",
    "file, line 3: prot is no option; did you mean port in [server]?",
    "file, line 4: max-connections belongs in [limits]",
    "file, line 6: workers takes one value, not an array",
    "file, line 7: config cannot be set in the file itself",
    "file, line 9: servr is no table of options; did you mean server?",
    "file, line 11: path is no option; did you mean peerjs-path?",
    "file, line 14: redis-prefix must be a text, a number, true or false",
    "file, line 18: allowed-origins must be an array of texts without commas, and not empty",
    "file, line 19: trusted-proxies must be an array of texts without commas, and not empty",
    "file, line 20: rooms is no table of options; did you mean room?",
    expect.stringMatching(/^file, line 5: log-level must be one of .*, not "loud"$/),
    expect.stringMatching(/^file, line 16: max-topics must be a whole number .*, not "1.5"$/),
    expect.stringMatching(/^file, line 13: redis-url must [^5]*$/),
  ]);
});

describe("what is not TOML is told with its line, and without what may be a secret:", () => {
  test.each([
    [["[server]", "port = "], 2, "Missing value after '='"],
    [["# a", "[server]", "port = 1", "", "port = 2"], 5, "Cannot redefine key 'port'"],
    [["[server"], 1, "Expected ']' to close a table header but found end of file"],
    [["[tokens]", "jwt-secret = hunter2"], 2, "Strings must be quoted"],
    [["[tokens]", "x = [", "  1,", "", "[server]"], 2, expect.any(String)],
  ])("%j", (lines, line, message) => {
    const [problem = "", ...others] = problemsOf(...lines);
    const [, at, what] = /^file, line (\d+): (.*)$/.exec(problem) ?? [];
    expect([Number(at), what, others]).toEqual([line, message, []]);
    expect(problem).not.toContain("hunter2");
  });
});

test("names of objects are options no more than others", () => {
  expect(problemsOf("[__proto__]", "port = 1", "[server]", "constructor = 2")).toEqual([
    "file, line 1: __proto__ is no table of options",
    "file, line 4: constructor is no option",
  ]);
});

test("a file that cannot be read is one problem", () => {
  const { problems } = readConfigFile({ name: "--config", text: "/nowhere" }, groups);
  expect(problems).toEqual(['--config must be a file that can be read, not "/nowhere"']);
});

test("a file that is far too long is not read", () => {
  expect(problemsOf(`# ${"x".repeat(300_000)}`)).toEqual([
    "file is too long for a configuration file",
  ]);
});

test("lines are those on which statements begin", () => {
  const text = `a.b = 1\r\n\r\n[c] # c\r\nd = """\r\n[e]\r\n"""\r\nf = [\r\n1,\r\n2]\r\n[c.g]\r\nh = 1\r\n`;
  expect([...linesOf(text)]).toEqual([
    ["a", 1],
    ["a.b", 1],
    ["c", 3],
    ["c.d", 4],
    ["c.f", 7],
    ["c.g", 10],
  ]);
});
