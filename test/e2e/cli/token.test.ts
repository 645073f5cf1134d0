// `signalbox token`: makes a token for trying out, and explains one.

import { describe, expect, test } from "bun:test";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { run } from "../../support/program.ts";
import { now, secret, sign, written } from "../../support/tokens.ts";

const env = { JWT_SECRET: secret };

/** The token that is made with these arguments. */
async function made(args: readonly string[], more: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await run(["token", ...args], { env: { ...env, ...more } });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout.trim();
}

const verify = (token: string, more: Record<string, string> = {}) =>
  run(["token", "--verify", token], { env: { ...env, ...more } });

describe("a token is made", () => {
  test("for a user, some rooms and a time", async () => {
    const token = await made(["--sub", "alice", "--rooms", "team-*, lobby", "--ttl", "2h"]);
    const { iat = 0, exp = 0, jti, ...claims } = decodeJwt(token);
    expect(claims).toEqual({ sub: "alice", rooms: ["team-*", "lobby"] });
    expect(jti).toMatch(/^[0-9a-f-]{36}$/);
    expect(exp - iat).toBe(7200);
    expect(iat).toBeWithin(now() - 60, now() + 1);
  });

  test("with the name of the secret", async () => {
    const token = await made(["--sub", "alice"], { JWT_KID: "2026" });
    expect(decodeProtectedHeader(token)).toEqual({ alg: "HS256", typ: "JWT", kid: "2026" });
  });

  test("for a viewer that may answer a host and nobody else", async () => {
    const args = ["--sub", "bob", "--role", "viewer", "--to", "host, guide", "--can", "signal"];
    expect(decodeJwt(await made(args))).toMatchObject({
      role: "viewer",
      to: ["host", "guide"],
      can: ["signal"],
    });
  });

  test.each([
    ["366d", 31_622_400],
    ["31622400", 31_622_400],
    ["1s", 1],
  ])("for a time as long as the server takes: %s", async (ttl, seconds) => {
    const { iat = 0, exp = 0 } = decodeJwt(await made(["--sub", "alice", "--ttl", ttl]));
    expect(exp - iat).toBe(seconds);
  });

  test("for all rooms and 15 minutes where nothing else is said", async () => {
    const { iat = 0, exp = 0, jti: _, ...claims } = decodeJwt(await made(["--sub", "alice"]));
    expect([claims, exp - iat]).toEqual([{ sub: "alice" }, 900]);
  });

  test("for the audience and by the issuer of the server, whatever else the environment has", async () => {
    const more = { JWT_AUDIENCE: "here", JWT_ISSUER: "us", NAME: "machine", SUB: "x", TTL: "y" };
    expect(decodeJwt(await made(["--sub", "alice", "--name", "Alice"], more))).toMatchObject({
      sub: "alice",
      name: "Alice",
      aud: "here",
      iss: "us",
    });
  });
});

describe("no token is made", () => {
  test.each([
    [["--sub", "alice"], {}, 1, "making a token needs a shared secret"],
    [[], env, 1, "--sub is missing"],
    [["--sub", "a".repeat(256)], env, 1, "the server would refuse this token: its user id (sub)"],
    [["--sub", "server"], env, 1, "the server would refuse this token: its user id (sub)"],
    ...["soon", "900d", "367d", "31622401", "0", "0h", "1w", "-5m", "1.5h", ""].map(
      (ttl) =>
        [
          ["--sub", "alice", "--ttl", ttl],
          env,
          2,
          `--ttl must be a time from 1s to 366d, like 90s, 15m, 12h or 7d, not "${ttl}"`,
        ] as const,
    ),
    [["--sub", "alice", "--rooms", "a,,b"], env, 2, "--rooms must be a comma-separated list"],
    [["--sub", "alice", "--can", "publish"], env, 2, "--can must be signal, broadcast or both"],
    [["--sub", "alice", "--role", "x".repeat(65)], env, 2, "--role must be 1 to 64 characters"],
    [["--sub", "alice"], { JWT_SECRET: "short" }, 2, "JWT_SECRET must be at least 32 bytes"],
    [["--vrfy"], env, 2, "unknown option --vrfy; did you mean --verify?"],
  ])("with %j and %j", async (args, variables, code, problem) => {
    const ended = await run(["token", ...args], { env: variables as Record<string, string> });
    expect([ended.code, ended.stdout]).toEqual([code, ""]);
    expect(ended.stderr).toStartWith(`signalbox: ${problem}`);
  });
});

describe("a token is explained", () => {
  test("claim by claim, from an argument or from standard input", async () => {
    const exp = now() + 300;
    const token = await sign({
      exp,
      jti: "id-1",
      name: "Alice\u001b[31m",
      rooms: ["team-*"],
      role: "viewer",
      can: ["signal"],
      to: ["host"],
      aud: ["here"],
    });
    const expected = {
      code: 0,
      stderr: "",
      stdout: `alg    HS256, the algorithm of the configured key; the signature is valid
kid    not set
jti    "id-1"
sub    "alice": the user's id
name   "Alice\\u001b[31m": the name that others are shown
rooms  valid for ["team-*"] only
role   "viewer": the holder's role
can    may do ["signal"] only
to     may reach ["host"] only
nbf    not set: valid from the start
exp    valid until ${new Date(exp * 1000).toISOString()}, and for 60 s of leeway
aud    ["here"]: as required
iss    not set: not checked
`,
    };
    const variables = { ...env, JWT_AUDIENCE: "here" };
    expect(await verify(token, variables)).toEqual(expected);
    const input = `${token}\n`;
    expect(await run(["token", "--verify"], { env: variables, input })).toEqual(expected);
  });

  test("with times that no calendar has, and with nothing that a terminal obeys", async () => {
    const name = "a\u009b31m\u202e\u2028b\u007f\u{e0041}";
    const { code, stdout } = await verify(await sign({ name, nbf: -1e308 }));
    expect([code, stdout.split("\n").slice(4, 10)]).toEqual([
      0,
      [
        'name   "a\\u009b31m\\u202e\\u2028b\\u007f\\udb40\\udc41": the name that others are shown',
        "rooms  not set: valid for all rooms",
        "role   not set, or no text of a role: none",
        "can    not set: may signal and broadcast",
        "to     not set: may reach everybody",
        "nbf    valid from -1e+308 s since 1970",
      ],
    ]);
  });

  test("by what it is refused for, and what clients are told", async () => {
    expect(await verify(await sign({ exp: now() - 100 }))).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "signalbox: refused (expired): its expiry (exp) has passed\nclients are told: token expired\n",
    });
  });

  test.each([
    [{ iat: "today" }, "or its iat is not a number"],
    [{ nbf: "today" }, "or is not a number"],
  ])("by a time that is none: %j", async (claims, words) => {
    const token = written(
      '{"alg":"HS256"}',
      JSON.stringify({ sub: "a", exp: now() + 9, ...claims }),
    );
    expect((await verify(token)).stderr.split("\n")[0]).toEndWith(words);
  });

  test("and never shown again where the command line makes no sense", async () => {
    const token = await sign();
    for (const args of [[token], ["--verify", token, token], ["--vrfy", token]]) {
      const { code, stdout, stderr } = await run(["token", ...args], { env });
      expect([code, stdout, stderr.includes(token)]).toEqual([2, "", false]);
    }
  });
});
