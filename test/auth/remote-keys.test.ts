// Tokens that are verified with the keys at an address, at a real server that rotates its keys, fails and hangs.

import { afterEach, describe, expect, setSystemTime, test } from "bun:test";
import { options } from "../../src/auth/options.ts";
import { Tokens } from "../../src/auth/tokens.ts";
import { readSettings } from "../../src/options/settings.ts";
import { KeyServer, type NamedKey, namedKey } from "../support/key-server.ts";
import { sign } from "../support/tokens.ts";

interface Warning {
  readonly fields: object;
  readonly message: string;
}

function open(keys: readonly NamedKey[]) {
  const server = new KeyServer(keys);
  const reading = readSettings(options, new Map(), { JWKS_URL: server.url.href });
  if ("problems" in reading) throw new Error(reading.problems.join());
  const warnings: Warning[] = [];
  const warn = (fields: object, message: string) => {
    warnings.push({ fields, message });
  };
  const tokens = new Tokens(reading.settings, { warn });
  /** The user's id, or the refusal. */
  const verdict = async ({ by }: NamedKey): Promise<string> => {
    const identity = await tokens.verify(await sign({}, by));
    return typeof identity === "string" ? identity : identity.userId;
  };
  const close = () => server[Symbol.dispose]();
  return { server, tokens, warnings, verdict, [Symbol.dispose]: close };
}

/** Some seconds go by on the clock of this process. */
const pass = (seconds: number) => setSystemTime(Date.now() + seconds * 1000);

afterEach(() => {
  setSystemTime();
});

describe("keys that are rotated right after they were fetched", () => {
  test.each([
    ["that have names", "one", "two"],
    ["that have none", undefined, undefined],
  ])(
    "%s: a good token is not called invalid while they may not be fetched again",
    async (_what, kid, newKid) => {
      const keys = [namedKey(kid)];
      const [old, fresh] = [keys[0]!, namedKey(newKid)];
      using it = open(keys);
      expect(await it.verdict(old)).toBe("alice");
      keys[0] = fresh;
      expect([await it.verdict(fresh), await it.verdict(old)]).toEqual(["unavailable", "alice"]);
      pass(29);
      expect([await it.verdict(fresh), it.server.requests.length]).toEqual(["unavailable", 1]);
      pass(2);
      expect([await it.verdict(fresh), it.server.requests.length]).toEqual(["alice", 2]);
      // Its keys were fetched before this token came: it may be by still newer ones.
      expect(await it.verdict(old)).toBe("unavailable");
      expect(it.warnings).toEqual([]);
    },
  );

  test("are asked for once, however many tokens name new ones", async () => {
    const keys = [namedKey("one")];
    using it = open(keys);
    expect(await it.verdict(keys[0]!)).toBe("alice");
    keys.push(namedKey("two"));
    pass(31);
    const all = await Promise.all(Array.from({ length: 50 }, () => it.verdict(keys[1]!)));
    expect([new Set(all), it.server.requests.length]).toEqual([new Set(["alice"]), 2]);
  });
});

describe("a token is invalid", () => {
  test("by a key that is not in a set which was fetched after the token came", async () => {
    const keys = [namedKey("one")];
    using it = open(keys);
    expect(await it.verdict(namedKey("two"))).toBe("unknownKey");
    expect(await it.verdict(namedKey("two"))).toBe("unavailable");
    pass(31);
    expect([await it.verdict(namedKey("two")), it.server.requests.length]).toEqual([
      "unknownKey",
      2,
    ]);
  });

  test("whose signature is not by the one key that has no name, in such a set", async () => {
    using it = open([namedKey()]);
    expect(await it.verdict(namedKey())).toBe("signature");
    expect(await it.verdict(namedKey())).toBe("unavailable");
  });

  test("that names a key of the set and is not signed with it, or is for another algorithm", async () => {
    const keys = [namedKey("one", "ES256")];
    using it = open(keys);
    expect(await it.verdict(keys[0]!)).toBe("alice");
    expect(await it.verdict(namedKey("one", "ES256"))).toBe("signature");
    expect(await it.verdict(namedKey("one", "RS256"))).toBe("unknownKey");
    expect(it.server.requests.length).toBe(1);
  });
});

describe("keys that cannot be fetched", () => {
  test("are not asked for more than once a second, and then less and less", async () => {
    const keys = [namedKey("one")];
    using it = open(keys);
    it.server.mood = "failing";
    /** Tokens come all the time, for 100 seconds. */
    const askedAt: number[] = [];
    for (let seconds = 0; seconds < 100; seconds += 0.25) {
      const before = it.server.requests.length;
      expect(await it.verdict(keys[0]!)).toBe("unavailable");
      if (it.server.requests.length > before) askedAt.push(seconds);
      pass(0.25);
    }
    expect(askedAt).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
    it.server.mood = "well";
    pass(30);
    expect(await it.verdict(keys[0]!)).toBe("alice");
    // And from the beginning the next time.
    it.server.mood = "failing";
    pass(601);
    const requests = it.server.requests.length;
    await it.verdict(keys[0]!);
    pass(1);
    await it.verdict(keys[0]!);
    expect(it.server.requests.length).toBe(requests + 2);
  });

  test("leave those in force that were fetched before, for their ten minutes", async () => {
    const keys = [namedKey("one")];
    using it = open(keys);
    expect(await it.verdict(keys[0]!)).toBe("alice");
    it.server.mood = "failing";
    pass(31);
    expect([await it.verdict(namedKey("two")), await it.verdict(keys[0]!)]).toEqual([
      "unavailable",
      "alice",
    ]);
    pass(570);
    expect(await it.verdict(keys[0]!)).toBe("unavailable");
  });

  // Both wait for the five seconds at once.
  test.concurrent.each(["hanging", "dripping"] as const)(
    "as the server is %s are given up after five seconds, for all tokens that wait",
    async (mood) => {
      const keys = [namedKey("one")];
      using it = open(keys);
      it.server.mood = mood;
      const began = performance.now();
      const waiting = [it.verdict(keys[0]!), it.verdict(keys[0]!)];
      await it.server.asked(1);
      expect(it.tokens.isWaiting).toBe(true);
      expect(await Promise.all(waiting)).toEqual(["unavailable", "unavailable"]);
      expect(performance.now() - began).toBeWithin(4900, 20_000);
      // At once, without asking.
      expect([await it.verdict(keys[0]!), it.tokens.isWaiting]).toEqual(["unavailable", false]);
      expect([it.server.requests.length, it.warnings]).toEqual([
        1,
        [
          {
            fields: { problem: "timeout" },
            message: "the keys at jwks-url could not be fetched: tokens are refused",
          },
        ],
      ]);
    },
    15_000,
  );

  test("delay no token that needs no other ones", async () => {
    const keys = [namedKey("one")];
    using it = open(keys);
    expect(await it.verdict(keys[0]!)).toBe("alice");
    pass(31);
    it.server.mood = "hanging";
    const stranger = it.verdict(namedKey("two"));
    await it.server.asked(2);
    expect(await it.verdict(keys[0]!)).toBe("alice");
    it.server.release();
    expect(await stranger).toBe("unknownKey");
  });
});

test("a clock that is set back by an hour does not keep keys from being fetched", async () => {
  const keys = [namedKey("one")];
  using it = open(keys);
  expect(await it.verdict(keys[0]!)).toBe("alice");
  keys[0] = namedKey("two");
  pass(-3600);
  expect(await it.verdict(keys[0]!)).toBe("alice");
});
