// Every option is in one table. From it come help, the configuration file, documents, manual page and completions.

import { describe, expect, test } from "bun:test";
import { commands } from "../../../src/cli/commands.ts";
import { groups } from "../../../src/cli/serve-options.ts";
import { configFile } from "../../../src/options/config-file.ts";
import { documentAt } from "../../support/documents.ts";
import { binary } from "../../support/paths.ts";
import { run } from "../../support/program.ts";

const shown = commands.filter(({ isHidden }) => isHidden !== true);
const printed = async (args: string): Promise<string> => (await run(args.split(" "))).stdout;

/** The flags that a text names as whole words. */
const flagsIn = (text: string): ReadonlySet<string> =>
  new Set(Array.from(text.matchAll(/--([a-z][a-z-]*[a-z])/g), ([, name = ""]) => name));

const missingIn = (names: readonly string[], there: ReadonlySet<string>): readonly string[] =>
  names.filter((name) => !there.has(name));

const serverOptions = groups.flatMap(({ options }) => options.map(({ name }) => name));

describe("every option of the server is in", () => {
  test("the configuration file that config --default prints", async () => {
    const keys = [...(await printed("config --default")).matchAll(/^#([a-z-]+) = /gm)];
    const inFile = new Set(["config", ...keys.map(([, key = ""]) => key)]);
    expect(configFile.name).toBe("config");
    expect(missingIn(serverOptions, inFile)).toEqual([]);
  });

  test("docs/configuration.md", async () => {
    const there = flagsIn(await documentAt("docs/configuration.md"));
    expect(missingIn(serverOptions, there)).toEqual([]);
  });

  test("the manual page", async () => {
    const there = flagsIn((await printed("man")).replaceAll("\\-", "-"));
    expect(missingIn(serverOptions, there)).toEqual([]);
  });
});

test("every option of every command is in its help", async () => {
  for (const { name, groups: own } of shown) {
    const names = own.flatMap(({ options }) => options.map((option) => option.name));
    const there = flagsIn(await printed(`${name} --help`));
    expect({ name, missing: missingIn(names, there) }).toEqual({ name, missing: [] });
  }
});

test("the manual page names every command, and the flags that only commands have", async () => {
  const page = (await printed("man")).replaceAll("\\-", "-");
  const own = shown.flatMap((command) =>
    command.groups.flatMap(({ isFlagsOnly, options }) => (isFlagsOnly ? options : [])),
  );
  const names = own.map(({ name }) => name);
  expect(missingIn(names, flagsIn(page))).toEqual([]);
  const listed = new Set(Array.from(page.matchAll(/^\.B ([a-z]+)/gm), ([, name = ""]) => name));
  expect(
    missingIn(
      shown.map(({ name }) => name),
      listed,
    ),
  ).toEqual([]);
});

/** What a shell says of a script that it only reads. */
async function syntax(shell: string, script: string) {
  const reader = Bun.spawn([shell, "-n", "/dev/stdin"], {
    stdin: new Blob([script]),
    stdout: "ignore",
    stderr: "pipe",
  });
  const problems = await new Response(reader.stderr).text();
  return { code: await reader.exited, problems };
}

test.each(["bash", "zsh", "fish"])(
  "every option and command is in what %s completes",
  async (shell) => {
    const script = await printed(`completion ${shell}`);
    const names = shown.flatMap(({ groups: own }) =>
      own.flatMap(({ options }) => options.map(({ name }) => name)),
    );
    // fish writes a flag as `-l name`.
    const there = flagsIn(script.replaceAll(/ -l (?=[a-z])/g, " --"));
    expect(missingIn(names, there)).toEqual([]);
    const words = new Set(script.match(/[a-z]+/g));
    expect(
      missingIn(
        shown.map(({ name }) => name),
        words,
      ),
    ).toEqual([]);
    if (Bun.which(shell) === null) process.stderr.write(`skipped: ${shell} is not installed\n`);
    else expect(await syntax(shell, script)).toEqual({ code: 0, problems: "" });
  },
);

/** What bash offers for the last of these words. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const line = words.map((word) => `'${word}'`).join(" ");
  const script = `source <('${binary}' completion bash)
COMP_WORDS=(signalbox ${line}); COMP_CWORD=${words.length}; _signalbox
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const shell = Bun.spawn(["bash", "-c", script], { stdout: "pipe" });
  return (await new Response(shell.stdout).text()).split("\n").filter((word) => word !== "");
}

describe("bash completes", () => {
  test.each([
    [["hea"], ["healthcheck"]],
    [["completion", "z"], ["zsh"]],
    [["--max-frame-b"], ["--max-frame-bytes"]],
    [["check", "--red"], expect.arrayContaining(["--redis", "--redis-url"])],
    [["--log-level", "de"], ["debug"]],
    [["--config", "/etc/host"], expect.arrayContaining(["/etc/hostname", "/etc/hosts"])],
    [["--port", "--"], []],
  ])("%j", async (words, expected) => {
    expect<unknown>(await offered(...words)).toEqual(expected);
  });
});

test("completion needs the name of a shell that it knows", async () => {
  expect((await run(["completion"])).stderr).toContain("bash, zsh, fish");
  expect((await run(["completion", "zhs"])).stderr).toContain("did you mean zsh?");
});
