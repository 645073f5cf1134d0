import { expect, test } from "bun:test";
import { integer, type Option, type Settings, text } from "../../src/options/option.ts";
import { type Given, readSettings } from "../../src/options/settings.ts";

const port: Option<number> = {
  name: "port",
  placeholder: "number",
  schema: integer(0, 65_535),
  default: 8081,
  help: "",
};

const redisUrl: Option<string> = {
  name: "redis-url",
  placeholder: "address",
  schema: text(),
  default: "none",
  help: "",
};

/** What the two options are, or what is wrong with them. */
function read(flags: Record<string, string | true>, environment: Record<string, string>) {
  const given: Given = new Map(Object.entries(flags));
  const reading = readSettings([port, redisUrl], given, environment);
  return "problems" in reading
    ? reading.problems
    : { port: reading.settings(port), redisUrl: reading.settings(redisUrl) };
}

test("flags win over the environment, and that over the defaults", () => {
  const flags = { port: "1" };
  const environment = { PORT: "2", REDIS_URL: "redis://there", port: "3", HOME: "/" };
  expect([read({}, {}), read({}, environment), read(flags, environment)]).toEqual([
    { port: 8081, redisUrl: "none" },
    { port: 2, redisUrl: "redis://there" },
    { port: 1, redisUrl: "redis://there" },
  ]);
});

test("an empty variable counts as none; an empty flag does not", () => {
  expect(read({}, { PORT: "", REDIS_URL: "" })).toEqual({ port: 8081, redisUrl: "none" });
  expect(read({ "redis-url": "" }, {})).toEqual(['--redis-url must not be empty, not ""']);
});

test("all problems are told at once, each by the name under which it was given", () => {
  expect(read({ port: "x" }, { PORT: "1" })).toEqual([
    '--port must be a whole number from 0 to 65535, not "x"',
  ]);
  expect(read({ "redis-url": true }, { PORT: "65536" })).toEqual([
    'PORT must be a whole number from 0 to 65535, not "65536"',
    "--redis-url needs a value: <address>",
  ]);
});

test("a bad variable is no problem where a flag takes its place", () => {
  expect(read({ port: "0" }, { PORT: "x" })).toEqual({ port: 0, redisUrl: "none" });
});

test("what does not hold between options is told, where each could be read", () => {
  const check = {
    of: [port, redisUrl],
    problems: (settings: Settings) => [`${settings(port)} with ${settings(redisUrl)}`],
  };
  const problems = (environment: Record<string, string>) => {
    const reading = readSettings([port, redisUrl], new Map(), environment, [check]);
    return "problems" in reading ? reading.problems : [];
  };
  expect(problems({ PORT: "1" })).toEqual(["1 with none"]);
  expect(problems({ PORT: "x" })).toEqual(['PORT must be a whole number from 0 to 65535, not "x"']);
});

test("a secret is not shown in a problem with it", () => {
  const secret: Option<number> = { ...port, name: "secret", isSecret: true };
  expect(readSettings([secret], new Map([["secret", "xyz"]]), {})).toEqual({
    problems: ["--secret must be a whole number from 0 to 65535"],
  });
});
