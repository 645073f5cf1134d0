// What the program says of itself.

import { describe, expect, test } from "bun:test";
import { version } from "../../../package.json";
import { options as keyOptions } from "../../../src/auth/options.ts";
import { benchFlags } from "../../../src/bench/flags.ts";
import { options } from "../../../src/cli/serve-options.ts";
import { tokenFlags } from "../../../src/cli/token.ts";
import { variableOf } from "../../../src/options/option.ts";
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
  declared.map(({ name, placeholder, help }) => `--${name} <${placeholder}> ${help}`);

test("--version prints the name and the version", async () => {
  const expected = { code: 0, stdout: `signalbox ${version}\n`, stderr: "" };
  expect(await run(["--version"])).toEqual(expected);
});

describe("every option of the server is listed", () => {
  test.each([["--help"], ["help"], ["serve --help"], ["help serve"]])("by %s", async (args) => {
    expect(await missing(args.split(" "), linesOf(options))).toEqual(nothingMissing);
  });

  test("with the variable that does the same", async () => {
    expect(await missing(["--help"], options.map(variableOf))).toEqual(nothingMissing);
  });
});

test("--help lists every command, but for the yardstick", async () => {
  const { stdout } = await run(["--help"]);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  expect(commands).toEqual(["serve", "bench", "token", "healthcheck", "help"]);
  expect((await run(["bench", "--help"])).stdout).not.toContain("yardstick");
});

test.each([["bench --help"], ["help bench"]])("%s lists every option of bench", async (args) => {
  const lines = ["--json report one JSON object", ...linesOf(benchFlags)];
  expect(await missing(args.split(" "), lines)).toEqual(nothingMissing);
});

test.each([["token --help"], ["help token"]])("%s lists every option of token", async (args) => {
  const lines = ["--verify say what is in a token", ...linesOf([...tokenFlags, ...keyOptions])];
  expect(await missing(args.split(" "), lines)).toEqual(nothingMissing);
});

test.each([["healthcheck --help"], ["help healthcheck"]])(
  "%s lists what says where the server is",
  async (args) => {
    const names = [host, port].map(({ name, placeholder }) => `--${name} <${placeholder}>`);
    expect(await missing(args.split(" "), names)).toEqual(nothingMissing);
  },
);

test("help for an unknown command names it", async () => {
  const { code, stdout, stderr } = await run(["help", "nothing"]);
  expect({ code, stdout, first: stderr.split("\n")[0] }).toEqual({
    code: 2,
    stdout: "",
    first: expect.stringMatching(/^signalbox: unknown command.* nothing/),
  });
});
