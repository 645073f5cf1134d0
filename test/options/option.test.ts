import { expect, test } from "bun:test";
import * as v from "valibot";
import { options } from "../../src/cli/serve-options.ts";
import { file, integer, list, oneOf, text, variableOf } from "../../src/options/option.ts";
import { root } from "../support/paths.ts";

/** The value, or the message. */
function read(schema: v.GenericSchema<string, unknown>, given: string): unknown {
  const result = v.safeParse(schema, given, { abortPipeEarly: true });
  return result.success ? result.output : result.issues[0].message;
}

test("a whole number is digits, between two bounds that are allowed", () => {
  const wrong = "must be a whole number from 5 to 20";
  const given = [
    "4",
    "5",
    "20",
    "21",
    "007",
    "",
    " 7",
    "7.0",
    "1e1",
    "-7",
    "+7",
    "0x7",
    "9".repeat(30),
  ];
  expect(given.map((number) => read(integer(5, 20), number))).toEqual([
    wrong,
    5,
    20,
    wrong,
    7,
    ...given.slice(5).map(() => wrong),
  ]);
});

test("one of a few words is exactly that", () => {
  const wrong = "must be one of debug, info";
  expect(["info", "INFO", "inf", ""].map((word) => read(oneOf(["debug", "info"]), word))).toEqual([
    "info",
    wrong,
    wrong,
    wrong,
  ]);
});

test("a text is any but none", () => {
  expect(["::", " ", ""].map((given) => read(text(), given))).toEqual([
    "::",
    " ",
    "must not be empty",
  ]);
});

test("a list is texts with commas between them, each as it must be", () => {
  const schema = list((item) => /^[ab]+$/.test(item), "must be of a and b");
  const wrong = "must be of a and b";
  expect(
    ["a", "a,b", " ab , ba ", "", "a,", ",", "a,c"].map((given) => read(schema, given)),
  ).toEqual([["a"], ["a", "b"], ["ab", "ba"], wrong, wrong, wrong, wrong]);
});

test("a file is read, if it can be", () => {
  expect([
    read(file(), `${root}/package.json`),
    read(file(), "/"),
    read(file(), "/nowhere"),
  ]).toEqual([
    expect.stringContaining('"signalbox"'),
    "must be a file that can be read",
    "must be a file that can be read",
  ]);
});

test("an option's environment variable is its name in capitals", () => {
  expect(variableOf({ name: "max-frame-bytes" })).toBe("MAX_FRAME_BYTES");
});

test("every option of the server has a name of its own, and a default that it would take, or none", () => {
  expect(new Set(options.map(({ name }) => name)).size).toBe(options.length);
  for (const { name, schema, default: value, help, placeholder } of options) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    if (value !== undefined && `${value}` !== "")
      expect([name, read(schema, `${value}`)]).toEqual([name, value]);
    expect([help, placeholder]).not.toContain("");
  }
});

test("an option whose default is a list is marked as one, for configuration files", () => {
  const lists = options.filter((option) => Array.isArray(option.default));
  expect(lists.filter(({ isList }) => isList !== true)).toEqual([]);
});
