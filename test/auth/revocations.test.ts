// Tokens that are void before their time.

import { describe, expect, setSystemTime, test } from "bun:test";
import * as v from "valibot";
import { options } from "../../src/auth/options.ts";
import { type Revocation, Revocations, revocation } from "../../src/auth/revocations.ts";
import { Tokens } from "../../src/auth/tokens.ts";
import { OneNode } from "../../src/core/one-node.ts";
import { maxTexts } from "../../src/core/shared-set.ts";
import { readSettings } from "../../src/options/settings.ts";
import { now, secret, sign } from "../support/tokens.ts";

function open() {
  const revocations = new Revocations(new OneNode(() => undefined));
  const reading = readSettings(options, new Map(), { JWT_SECRET: secret });
  if ("problems" in reading) throw new Error(reading.problems.join());
  const tokens = new Tokens(reading.settings, undefined, revocations);
  const verdict = async (claims: Record<string, unknown>) => {
    const identity = await tokens.verify(await sign(claims));
    return typeof identity === "string" ? identity : "good";
  };
  return { revocations, tokens, verdict };
}

describe("a token is revoked", () => {
  test("by its id, and no other is", async () => {
    const { revocations, verdict } = open();
    await revocations.revoke({ jti: "one" });
    expect([
      await verdict({ jti: "one" }),
      await verdict({ jti: "one", sub: "bob" }),
      await verdict({ jti: "two" }),
      await verdict({ jti: ["one"] }),
      await verdict({}),
    ]).toEqual(["revoked", "revoked", "good", "good", "good"]);
  });

  test("by its user, if it was made before, or does not say when", async () => {
    const { revocations, verdict } = open();
    const before = now();
    await revocations.revoke({ sub: "alice", before });
    expect([
      await verdict({ iat: before - 1 }),
      await verdict({ iat: before - 0.5 }),
      await verdict({}),
      await verdict({ iat: -5 }),
      await verdict({ iat: before }),
      await verdict({ iat: before - 1, sub: "bob" }),
      await verdict({ iat: before - 1, sub: "jti alice" }),
    ]).toEqual(["revoked", "revoked", "revoked", "revoked", "good", "good", "good"]);
  });

  test("once it was for a later time, whatever is revoked afterwards", async () => {
    const { revocations, verdict } = open();
    for (const before of [now() - 100, now() - 10, now() - 1000])
      await revocations.revoke({ sub: "alice", before });
    expect([await verdict({ iat: now() - 11 }), await verdict({ iat: now() - 10 })]).toEqual([
      "revoked",
      "good",
    ]);
    expect(revocations.size).toBe(1);
  });

  test("for as long as it could be good", async () => {
    const { revocations, tokens } = open();
    await revocations.revoke({ jti: "one" });
    await revocations.revoke({ sub: "alice", before: now() });
    const exp = now() + 366 * 86_400 - 1;
    const [one, alices] = [await sign({ jti: "one", exp, sub: "x" }), await sign({ exp, iat: 1 })];
    try {
      setSystemTime(new Date((exp + 59) * 1000));
      expect([await tokens.verify(one), await tokens.verify(alices)]).toEqual([
        "revoked",
        "revoked",
      ]);
      setSystemTime(new Date((exp + 62) * 1000));
      expect([await tokens.verify(one), await tokens.verify(alices)]).toEqual([
        "expired",
        "expired",
      ]);
    } finally {
      setSystemTime();
    }
  });

  test("and not by a name that stands for all objects", async () => {
    const { revocations, verdict } = open();
    await revocations.revoke({ jti: "x" });
    for (const name of ["__proto__", "constructor", "toString"])
      expect(await verdict({ jti: name, sub: name })).toBe("good");
  });
});

test("more than are kept are refused, and those before hold", async () => {
  const { revocations, verdict } = open();
  for (let at = 0; at < maxTexts; at++) await revocations.revoke({ jti: `${at}` });
  expect([
    await revocations.revoke({ jti: "one more" }),
    await revocations.revoke({ jti: "0" }),
    await verdict({ jti: "one more" }),
    await verdict({ jti: "0" }),
  ]).toEqual(["full", "unkept", "good", "revoked"]);
});

test("each that is new is told, for connections that are open", async () => {
  const { revocations } = open();
  let told = 0;
  revocations.onRevoked(() => told++);
  const all: readonly Revocation[] = [{ jti: "a" }, { sub: "b", before: now() }];
  for (const each of all) await revocations.revoke(each);
  expect(told).toBe(2);
});

describe("what an operator writes", () => {
  const isTaken = (given: unknown) => v.safeParse(revocation, given).success;

  test.each([[{ jti: "a" }], [{ sub: "a", before: 1 }], [{ sub: "é", before: now() + 3600 }]])(
    "is taken: %j",
    (given) => expect(isTaken(given)).toBe(true),
  );

  test.each([
    [{}],
    [null],
    [[{ jti: "a" }]],
    [{ jti: "" }],
    [{ jti: 5 }],
    [{ jti: "x".repeat(256) }],
    [{ jti: "\ud800" }],
    [{ sub: "a" }],
    [{ sub: "a", before: "now" }],
    [{ sub: "a", before: 0 }],
    [{ sub: "a", before: 1.5 }],
    [{ sub: "a", before: Date.now() }],
    [{ jti: "a", sub: "b", before: 1 }],
    [{ jti: "a", until: 1 }],
  ])("is refused: %j", (given) => expect(isTaken(given)).toBe(false));
});
