// Flags and variables, whatever is in them: a setting is the same however it is given, a problem is told with the
// name of what it is about, and a secret is never shown.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { readCommandLine } from "../../src/cli/command-line.ts";
import { commands } from "../../src/cli/commands.ts";
import { shortFlags } from "../../src/cli/common-options.ts";
import { UsageError } from "../../src/cli/exit.ts";
import { misspeltVariables } from "../../src/cli/misspelt-variables.ts";
import { readingOf, readLine } from "../../src/cli/perform.ts";
import { checks, options } from "../../src/cli/serve-options.ts";
import { integer, isSwitch, type Option, variableOf } from "../../src/options/option.ts";
import { readSettings } from "../../src/options/settings.ts";
import { key, path } from "../../src/protocols/peerjs/options.ts";
import { peerjs } from "../../src/protocols/peerjs/routes.ts";
import { FakeServer } from "../support/fake-server.ts";
import { check, timeoutMs } from "./check.ts";

/** Texts that mean something to some option. */
const meaningful = [
  ...[
    "0",
    "1",
    "80",
    "007",
    "8081",
    "65535",
    "65536",
    "99999999999999999999",
    "1.5",
    "1e3",
    "0x10",
  ],
  ...["true", "false", "1 ", "required", "none", "debug", "all", "relay", "hyphen", "::", "[::1]"],
  ...["127.0.0.1", "localhost", "10.0.0.0/8,::1", "topic,room", "a,,b", "/", "/peerjs/", "a/../b"],
  ...["stun:a.example:3478", "turn:[::1]?transport=udp", "redis://:secret@host/1", "unix:///s"],
  ...[
    "https://example.org",
    "https://*.example.org",
    "*",
    "null",
    "a secret of 32 bytes or more.....",
  ],
];

const given = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...meaningful) },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.integer().map(String) },
);

const option = fc.constantFrom(...options);

/** The value of an option, or what is wrong, without where it was given. */
function read(
  of: Option<unknown>,
  flags: Record<string, string | true>,
  environment = {},
): unknown {
  const reading = readSettings([of], new Map(Object.entries(flags)), environment);
  if (!("problems" in reading)) return { value: reading.settings(of) };
  return reading.problems.map((problem) => problem.replace(/^\S+ /, ""));
}

/** What a command line gives. */
const onLine = (...args: readonly string[]) => {
  const { given: flags, words, unknown } = readCommandLine(args, options, () => false);
  return { flags: Object.fromEntries(flags), words, unknown };
};

test("an option is read alike as a variable, as a flag, and as one that its value is attached to", () => {
  const property = fc.property(option, given, (of, text) => {
    const flag = `--${of.name}`;
    const due = read(of, {}, { [variableOf(of)]: text });
    const attached = onLine(`${flag}=${text}`);
    expect([attached, read(of, attached.flags)]).toEqual([
      { flags: { [of.name]: text }, words: [], unknown: [] },
      due,
    ]);
    // What looks like a flag must be attached.
    if (text.startsWith("-")) return;
    expect(onLine(flag, text)).toEqual(attached);
  });
  check(property, { runs: 1000 });
});

const short = Object.fromEntries(
  Object.entries(shortFlags).map(([letter, name]) => [name, letter]),
);

/** A flag with its value in one of its forms, or a word. */
const part = fc.oneof(
  fc
    .record({ of: option, text: given, isAttached: fc.boolean(), isShort: fc.boolean() })
    .filter(({ text }) => !text.startsWith("-"))
    .map(({ of, text, isAttached, isShort }) => {
      const letter = short[of.name];
      const args =
        isShort && letter !== undefined
          ? isAttached
            ? // After a letter, a sign before the value is none of the value.
              [`-${letter}${text.startsWith("=") ? "=" : ""}${text}`]
            : [`-${letter}`, text]
          : isAttached
            ? [`--${of.name}=${text}`]
            : [`--${of.name}`, text];
      return { args, name: of.name, text };
    }),
  fc
    .string({ minLength: 1 })
    .filter((word) => !word.startsWith("-"))
    .map((word) => ({ args: [`--unknown=${word}`], name: undefined, text: word })),
);

test("of a command line, the last value of each flag counts, in whatever form it is", () => {
  const property = fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
    const due = new Map<string, string>();
    for (const { name, text } of parts) if (name !== undefined) due.set(name, text);
    const { flags, words, unknown } = onLine(...parts.flatMap(({ args }) => args));
    expect({ flags, words, unknown }).toEqual({
      flags: Object.fromEntries(due),
      words: [],
      unknown: parts.filter(({ name }) => name === undefined).map(() => "--unknown"),
    });
  });
  check(property, { runs: 500 });
});

const anyArgs = fc.array(
  fc.oneof(
    given,
    fc.string(),
    option.map(({ name }) => `--${name}`),
    fc.tuple(option, given).map(([{ name }, text]) => `--${name}=${text}`),
    fc.constantFrom(
      "-",
      "--",
      "---",
      "-p",
      "-p80",
      "-hv",
      "--=",
      "--no-port",
      "--__proto__",
      "-=1",
    ),
  ),
  { maxLength: 6 },
);

const anyEnvironment = fc
  .array(
    fc.tuple(
      fc.oneof(option.map(variableOf), fc.constantFrom("__proto__", "PROT", "MAX_CONECTIONS")),
      given,
    ),
    { maxLength: 5 },
  )
  .map((entries) => Object.fromEntries(entries));

const serve = commands.find(({ name }) => name === "serve")!;

test("whatever a command line and an environment hold, the server has settings, or it is said what is wrong", () => {
  const names = [...options, { name: "help" }, { name: "version" }].flatMap((each) => [
    `--${each.name}`,
    variableOf(each),
  ]);
  const property = fc.property(anyArgs, anyEnvironment, (args, environment) => {
    misspeltVariables(environment, options.map(variableOf));
    try {
      const { settings } = readingOf(serve, readLine(serve, args), environment, commands);
      for (const of of options) settings(of);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      expect(error.problems.length).toBeGreaterThan(0);
      for (const problem of error.problems) {
        const isAbout = (name: string): boolean => problem.includes(name);
        const isStray = /^(?:unknown |\S+ is a command, )/.test(problem);
        expect([problem, isStray || names.some(isAbout)]).toEqual([problem, true]);
      }
    }
  });
  check(property, { runs: 500 });
});

const secrets = options.filter(({ isSecret }) => isSecret === true);

test("a secret is in no problem, whatever is wrong with it", () => {
  const secret = fc.string({ minLength: 8, maxLength: 30 }).map((text) => `5Qz${text}`);
  const property = fc.property(
    fc.constantFrom(...secrets),
    secret,
    fc.constantFrom("", "redis://", "https://", "redis://user:", "turn:"),
    anyEnvironment,
    (of, text, before, environment) => {
      const all = { ...environment, [variableOf(of)]: before + text };
      const reading = readSettings(options, new Map(), all, checks);
      const said = "problems" in reading ? reading.problems.join("\n") : "";
      expect(said).not.toContain(text);
    },
  );
  check(property, { runs: 500 });
});

test("a whole number is read if it is digits within its bounds, and then is what they say", () => {
  const property = fc.property(fc.nat(1e9), fc.nat(1e9), given, (one, other, text) => {
    const [min, max] = [Math.min(one, other), Math.max(one, other)];
    const of = { name: "n", placeholder: "n", schema: integer(min, max), default: -1, help: "" };
    const isRight = /^\d{1,15}$/.test(text) && BigInt(text) >= min && BigInt(text) <= max;
    expect(read(of, { n: text })).toEqual(
      isRight
        ? { value: Number(text) }
        : [`must be a whole number from ${min} to ${max}, not "${text}"`],
    );
  });
  check(property, { runs: 500 });
});

test(
  "PeerJS clients are served under any path and key that are taken",
  () => {
    const segment = fc.oneof(
      fc.constantFrom(
        "a",
        "peerjs",
        "é",
        "a b",
        "..",
        ".",
        "%41",
        "🐙",
        "a:b",
        "*",
        "a;b",
        "[x]",
        "^`|",
      ),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 5 }),
    );
    const paths = fc.array(segment, { maxLength: 3 }).map((all) => `/${all.join("/")}`);
    const property = fc.property(paths, segment, (base, word) => {
      const reading = readSettings(
        [path, key],
        new Map([
          ["peerjs-path", base],
          ["peerjs-key", word],
        ]),
        {},
      );
      if ("problems" in reading) return;
      const set = (of: Option<unknown>) =>
        of === path || of === key ? reading.settings(of) : of.default;
      const server = new FakeServer([peerjs], {}, undefined, set as typeof reading.settings);
      const url = new URL(`http://host${base.replace(/\/*$/, "/")}peerjs?id=ann&token=t`);
      url.searchParams.set("key", word);
      const client = server.open(`${url.pathname.replace(/\/+/g, "/")}${url.search}`);
      expect(client.reads()).toEqual(['{"type":"OPEN"}']);
    });
    check(property, { runs: 300 });
  },
  timeoutMs,
);

test("a switch is one of two words", () => {
  const switches = options.filter(isSwitch);
  const property = fc.property(fc.constantFrom(...switches), given, (of, text) => {
    const words: Readonly<Record<string, boolean>> = {
      true: true,
      false: false,
      1: true,
      0: false,
    };
    const value = Object.hasOwn(words, text) ? words[text] : undefined;
    expect(read(of, { [of.name]: text })).toEqual(
      value === undefined ? [`must be true or false, not "${text}"`] : { value },
    );
  });
  check(property);
});
