// A command line or an environment that makes no sense: every problem is told at once, and nothing starts.

import { describe, expect, test } from "bun:test";
import { benchFlags } from "../../../src/bench/flags.ts";
import { options } from "../../../src/cli/serve-options.ts";
import { isSwitch, type Option, variableOf } from "../../../src/options/option.ts";
import { protocols } from "../../../src/protocols/protocols.ts";
import { refusal, type Surroundings } from "../../support/program.ts";

/** What is complained of. The rest must be as it is for wrong usage. */
async function problems(args: readonly string[], surroundings: Surroundings = {}) {
  const { code, stdout, stderr } = await refusal(args, surroundings);
  const lines = stderr.split("\n");
  expect({ code, stdout, end: lines.splice(-2) }).toEqual({
    code: 2,
    stdout: "",
    end: ["signalbox --help lists all commands and options", ""],
  });
  return lines.map((line) => line.replace(/^signalbox: /, ""));
}

test("all problems are listed at once, with the nearest names", async () => {
  const args =
    "--prot 1 --log-levl=x --port 65536 --max-frame-bytes 1023 --drain-seconds --zzzzzzzz --log-level loud";
  const env = { MAX_CONNECTIONS: "many", HOST: "127.0.0.1", PORT: "x", PING_SECONDS: "-1" };
  expect(await problems(args.split(" "), { env })).toEqual([
    "unknown option --prot; did you mean --port?",
    "unknown option --log-levl; did you mean --log-level?",
    "unknown option --zzzzzzzz",
    '--port must be a whole number from 0 to 65535, not "65536"',
    '--log-level must be one of debug, info, warn, error, not "loud"',
    "--drain-seconds needs a value: <seconds>",
    'MAX_CONNECTIONS must be a whole number from 0 to 10000000, not "many"',
    '--max-frame-bytes must be a whole number from 1024 to 16777216, not "1023"',
    'PING_SECONDS must be a whole number from 1 to 86400, not "-1"',
  ]);
});

/** What is said of a "?", which is shown unless it may be a secret. */
const unfit = (named: readonly string[], declared: readonly Option<unknown>[] = checked) =>
  declared.map(({ isSecret }, index) =>
    expect.stringMatching(
      new RegExp(`^${named[index]} must ${isSecret ? '[^"]+' : '.+, not "\\?"'}$`),
    ),
  );

/** Any text but none will do for these. */
const texts = [
  "host",
  "admin-host",
  "jwt-audience",
  "jwt-issuer",
  "jwt-kid",
  "jwt-kid-previous",
  "webrtc-turn-username",
  "webrtc-turn-credential",
  "webrtc-turn-secret",
  "ice-url-key",
  "redis-prefix",
  "against",
];
/** A file that holds a secret is checked with the secret. */
const checked = options.filter(({ name, fileOf }) => !texts.includes(name) && fileOf === undefined);

test("a secret and a file that holds it are not given together", async () => {
  const holders = options.filter(({ fileOf }) => fileOf !== undefined);
  const secrets = options.filter(({ isSecret }) => isSecret === true);
  expect(holders.map(({ fileOf }) => fileOf)).toEqual(secrets);
  const env = Object.fromEntries([...holders, ...secrets].map((each) => [variableOf(each), "?"]));
  expect(await problems([], { env })).toEqual(
    secrets.map((secret) => {
      const variable = variableOf(secret);
      return `${variable} and ${variable}_FILE cannot both be set`;
    }),
  );
});

test("every variable is checked", async () => {
  const names = checked.map(variableOf);
  const env = Object.fromEntries(names.map((name) => [name, "?"]));
  expect(await problems([], { env })).toEqual(unfit(names));
});

test("every flag is checked", async () => {
  const names = checked.map(({ name }) => `--${name}`);
  const args = names.flatMap((name) => [name, "?"]);
  expect(await problems(args)).toEqual(unfit(names));
});

test("every flag needs its value, unless it is true or false", async () => {
  const valued = options.filter((option) => !isSwitch(option));
  const lines = valued.map(({ name, placeholder }) => `--${name} needs a value: <${placeholder}>`);
  expect(await problems(options.map(({ name }) => `--${name}`))).toEqual(lines);
});

test("every flag of bench is checked", async () => {
  const flags = benchFlags.filter(({ name }) => !texts.includes(name));
  const names = flags.map(({ name }) => `--${name}`);
  const args = ["bench", ...names.flatMap((name) => [name, "?"])];
  expect(await problems(args)).toEqual(unfit(names, flags));
});

const openProtocols = protocols
  .filter(({ asksForTokens }) => asksForTokens !== true)
  .map(({ name }) => name)
  .join(", ");

describe("numbers are whole, decimal and within their bounds", () => {
  test.each(["", " 1", "1 ", "1.0", "1e3", "0x10", "+1", "-0", "١", "NaN", "9".repeat(400)])(
    "so that --port cannot be %j",
    async (value) => {
      expect(await problems([`--port=${value}`])).toEqual([
        `--port must be a whole number from 0 to 65535, not "${value}"`,
      ]);
    },
  );
});

const usages: readonly (readonly [string, readonly string[]])[] = [
  ["serv", ["unknown command or argument serv; did you mean serve?"]],
  ["benhc", ["unknown command or argument benhc; did you mean bench?"]],
  ["helthcheck", ["unknown command or argument helthcheck; did you mean healthcheck?"]],
  ["workers", ["unknown command or argument workers"]],
  ["something", ["unknown command or argument something"]],
  [
    "serve first second",
    ["unknown command or argument first", "unknown command or argument second"],
  ],
  ["-x 8081", ["unknown option -x"]],
  [
    "--log-level error healthcheck",
    ["healthcheck is a command, and must come before all options: signalbox healthcheck"],
  ],
  ["--Port 1", ["unknown option --Port; did you mean --port?"]],
  ["bench rely", ["unknown command or argument rely; did you mean relay?"]],
  ["bench relay --second 1", ["unknown option --second; did you mean --seconds?"]],
  ["bench --url http://localhost:1", [expect.stringContaining("--url must be like ws://")]],
  ["healthcheck --prt 1", ["unknown option --prt; did you mean --port?"]],
  ["healthcheck now", ["unknown command or argument now"]],
  ["--ping-seconds 60", ["--ping-seconds must be less than --silent-seconds"]],
];

describe("what is unknown is named, with the nearest that is known:", () => {
  test.each(usages)("signalbox %s", async (args, lines) => {
    expect(await problems(args.split(" "))).toEqual([...lines]);
  });
});

describe("what does not go together is told at once:", () => {
  const both = "WEBRTC_TURN_SECRET, or WEBRTC_TURN_USERNAME and WEBRTC_TURN_CREDENTIAL";
  const turn = `WEBRTC_TURN_URLS needs ${both}, and they need it`;
  const noKey = "--auth required needs a key: JWT_SECRET, JWT_PUBLIC_KEY_FILE or JWKS_URL";

  test.each([
    [{ AUTH: "required" }, [noKey]],
    [
      { AUTH_PROTOCOLS: "topic" },
      ["--auth-protocols needs --auth required: otherwise nobody is asked for a token"],
    ],
    [
      { AUTH_PROTOCOLS: "topic,room", AUTH: "required" },
      [
        `AUTH_PROTOCOLS must be some of ${openProtocols}, with commas between them, not "topic,room"`,
        noKey,
      ],
    ],
    [{ WEBRTC_TURN_URLS: "turn:a" }, [turn]],
    [{ WEBRTC_TURN_SECRET: "s" }, [turn]],
    [{ WEBRTC_TURN_URLS: "turn:a", WEBRTC_TURN_USERNAME: "u" }, [turn]],
    [
      {
        WEBRTC_TURN_URLS: "turn:a",
        WEBRTC_TURN_USERNAME: "u",
        WEBRTC_TURN_CREDENTIAL: "c",
        WEBRTC_TURN_SECRET: "s",
      },
      [`the TURN servers take either ${both}, not all`],
    ],
    [
      { WEBRTC_STUN_URLS: "stun:a,turn:b", WEBRTC_TURN_URLS: "turn:a b", JWT_SECRET: "short" },
      [
        "JWT_SECRET must be at least 32 bytes long, and not a public key",
        expect.stringMatching(/^WEBRTC_STUN_URLS must be addresses like .+, not "stun:a,turn:b"$/),
        expect.stringMatching(/^WEBRTC_TURN_URLS must be addresses like .+, not "turn:a b"$/),
      ],
    ],
  ])("%j", async (env, lines) => {
    expect(await problems([], { env: env as Record<string, string> })).toEqual(lines);
  });
});

describe("an address that browsers throw at is refused:", () => {
  test.each([
    "stun:a:3478;stun:b:3478",
    "stun:a:99999",
    "stun:a:0",
    "stun:a:",
    "stun:a:34x",
    "stun:user@a",
    "stun:::1",
    "stun:[::1",
    "stun:a#b",
    "stun:'a'",
  ])("%s", async (stun) => {
    const env = { WEBRTC_STUN_URLS: stun, WEBRTC_TURN_URLS: stun.replaceAll("stun", "turn") };
    expect(await problems([], { env })).toEqual([
      expect.stringMatching(/^WEBRTC_STUN_URLS must be addresses like /),
      expect.stringMatching(/^WEBRTC_TURN_URLS must be addresses like /),
    ]);
  });
});

describe("a path that no request could have, or that means another one, is refused:", () => {
  test.each([
    "../x",
    "/a/../b",
    "/./",
    "..",
    "/%2e%2e/x",
    "/a?b",
    "/a#b",
    "/a\\b",
    "/:id",
    "/*all",
  ])("--peerjs-path %j", async (path) => {
    expect(await problems(["--peerjs-path", path])).toEqual([
      `--peerjs-path must be a path like /peerjs, without . and .. and without ?, #, %, \\ and wildcards, not "${path}"`,
    ]);
  });

  test.each(["..", "a/b", "a?b", ":key", "*"])("--peerjs-key %j", async (key) => {
    expect(await problems(["--peerjs-key", key])).toEqual([
      `--peerjs-key must be one segment of a path, without ?, #, %, \\ and wildcards, not "${key}"`,
    ]);
  });
});
