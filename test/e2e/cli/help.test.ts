// What the program says of itself.

import { describe, expect, test } from "bun:test";
import { version } from "../../../package.json";
import { options as keyOptions } from "../../../src/auth/options.ts";
import { benchFlags } from "../../../src/bench/flags.ts";
import { tokenFlags } from "../../../src/cli/make-token.ts";
import { groups, options } from "../../../src/cli/serve-options.ts";
import { isSwitch, variableOf } from "../../../src/options/option.ts";
import { host, port } from "../../../src/server/options.ts";
import { run } from "../../support/program.ts";

/** Help without the line breaks that fit it to a terminal. */
const flowing = (text: string): string => text.replaceAll(/\s+/g, " ");

/** The lines of `declared` that `args` do not show. */
async function missing(args: readonly string[], declared: readonly string[]) {
  const { code, stdout, stderr } = await run(args);
  const shown = flowing(stdout);
  return { code, stderr, missing: declared.filter((text) => !shown.includes(text)) };
}

const nothingMissing = { code: 0, stderr: "", missing: [] };

const linesOf = (declared: typeof options): readonly string[] =>
  declared.map((option) => {
    const { name, placeholder, help } = option;
    return `--${name} ${isSwitch(option) ? `[${placeholder}]` : `<${placeholder}>`} ${help}`;
  });

test.each([["--version"], ["-v"], ["version"], ["serve --version"], ["--port x -v"]])(
  "%s prints the name and the version",
  async (args) => {
    const expected = { code: 0, stdout: `signalbox ${version}\n`, stderr: "" };
    expect(await run(args.split(" "))).toEqual(expected);
  },
);

describe("every option of the server is listed", () => {
  test.each([["--help"], ["-h"], ["help"], ["serve --help"], ["help serve"]])(
    "by %s",
    async (args) => {
      expect(await missing(args.split(" "), linesOf(options))).toEqual(nothingMissing);
    },
  );

  test("with the variable that does the same", async () => {
    expect(await missing(["--help"], options.map(variableOf))).toEqual(nothingMissing);
  });
});

describe("the options of the server are in groups", () => {
  const titles = groups.map(({ title }) => title);

  test("each once, with a title", async () => {
    const { stdout } = await run(["--help"]);
    const shown = [...stdout.matchAll(/^(\S.*):$/gm)].map(([, title]) => title);
    expect(shown).toEqual(["Commands", ...titles, "Every command"]);
    expect(titles).toEqual(
      expect.arrayContaining(["Server", "Limits", "Tokens", "Rooms", "ICE", "Cluster"]),
    );
  });

  test.each(["rooms", "room", "Rooms"])("of which `help %s` shows one", async (name) => {
    const { code, stdout, stderr } = await run(["help", name]);
    const shown = [...stdout.matchAll(/^ {2}(--\S+)/gm)].map(([, flag]) => flag);
    const rooms = groups.find(({ title }) => title === "Rooms")!.options;
    expect({ code, stderr, shown, title: stdout.split("\n")[0] }).toEqual({
      code: 0,
      stderr: "",
      shown: rooms.map((option) => `--${option.name}`),
      title: "Rooms:",
    });
  });

  test("whose names --help gives", async () => {
    const { stdout } = await run(["--help"]);
    const [, names = ""] = /explains that one: ([^.]+)\.$/.exec(flowing(stdout).trim()) ?? [];
    expect(names.split(", ")).toEqual(titles.map((title) => title.toLowerCase()));
    for (const name of names.split(", ")) expect((await run(["help", name])).code).toBe(0);
  });
});

test.each(["--help", "token --help", "healthcheck --help", "bench --help", "help --help"])(
  "no line of `%s` has more than 100 columns",
  async (args) => {
    const { stdout } = await run(args.split(" "));
    expect(stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
  },
);

test("version --json says how the executable was built", async () => {
  const { stdout } = await run(["version", "--json"]);
  const { commit, built, ...others } = JSON.parse(stdout);
  // Only `make` says these, and the commit only where git is.
  expect(commit ?? "000000000000").toMatch(/^[0-9a-f]{12}(-dirty)?$/);
  expect(built ?? "2026-11-26T20:12:54Z").toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(others).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    bun: Bun.version,
    platform: `${process.platform}-${process.arch}`,
  });
});

test("--help lists every command, but for the yardstick", async () => {
  const { stdout } = await run(["--help"]);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  expect(commands).toEqual([
    "serve",
    "check",
    "config",
    "token",
    "healthcheck",
    "admin",
    "doctor",
    "bench",
    "help",
    "man",
    "completion",
    "version",
  ]);
  expect((await run(["bench", "--help"])).stdout).not.toContain("yardstick");
});

test.each([["bench --help"], ["help bench"]])("%s lists every option of bench", async (args) => {
  // A switch that is no variable takes no value.
  const flags = linesOf(benchFlags).map((line) => line.replace(" [boolean]", ""));
  const lines = ["--json report one JSON object", ...flags];
  expect(await missing(args.split(" "), lines)).toEqual(nothingMissing);
});

test.each([["token --help"], ["help token"]])("%s lists every option of token", async (args) => {
  const lines = ["--verify explain a token", ...linesOf([...tokenFlags, ...keyOptions])];
  expect(await missing(args.split(" "), lines)).toEqual(nothingMissing);
});

test.each([["healthcheck --help"], ["help healthcheck"]])(
  "%s lists what says where the server is",
  async (args) => {
    const names = [host, port].map(({ name, placeholder }) => `--${name} <${placeholder}>`);
    expect(await missing(args.split(" "), names)).toEqual(nothingMissing);
  },
);

test("help for a misspelt group names the nearest", async () => {
  const { code, stderr } = await run(["help", "clustr"]);
  expect([code, stderr.split("\n")[0]]).toEqual([
    2,
    "signalbox: unknown command or group clustr; did you mean cluster?",
  ]);
});

test("help for an unknown command names it", async () => {
  const { code, stdout, stderr } = await run(["help", "nothing"]);
  expect({ code, stdout, first: stderr.split("\n")[0] }).toEqual({
    code: 2,
    stdout: "",
    first: "signalbox: unknown command or group nothing",
  });
});
