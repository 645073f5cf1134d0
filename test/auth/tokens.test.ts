// From a string to who holds it, or a named refusal.

import { afterAll, describe, expect, setSystemTime, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { checks, options } from "../../src/auth/options.ts";
import { refusals } from "../../src/auth/refusal.ts";
import { Tokens } from "../../src/auth/tokens.ts";
import { readSettings } from "../../src/options/settings.ts";
import { encoded, keyPair, now, secret, sign, written } from "../support/tokens.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-keys-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

function fileWith(text: string | Uint8Array): string {
  const path = join(folder, `key-${++files}`);
  writeFileSync(path, text);
  return path;
}

const read = (environment: Record<string, string>) =>
  readSettings(options, new Map(), environment, checks);

function tokensWith(environment: Record<string, string>): Tokens {
  const reading = read(environment);
  if ("problems" in reading) throw new Error(reading.problems.join());
  return new Tokens(reading.settings);
}

const bySecret = tokensWith({ JWT_SECRET: secret });

/** The refusal, or the user's id and name. */
async function verdict(token: string, tokens = bySecret): Promise<string | readonly string[]> {
  const identity = await tokens.verify(token);
  return typeof identity === "string" ? identity : [identity.userId, identity.name];
}

/** Claims that are good. */
const goodClaims = () => JSON.stringify({ sub: "alice", exp: now() + 300 });

describe("a token is good", () => {
  test.each([
    [{}, ["alice", "alice"]],
    [{ username: "Alice", name: "A." }, ["alice", "Alice"]],
    [{ username: "", name: "A." }, ["alice", "A."]],
    [{ username: 7, name: null }, ["alice", "alice"]],
    [{ sub: "a".repeat(255), name: "é".repeat(255) }, ["a".repeat(255), "é".repeat(255)]],
    [{ exp: now() - 50 }, ["alice", "alice"]],
    [{ nbf: now() + 50 }, ["alice", "alice"]],
    [{ exp: now() + 365 * 86_400 }, ["alice", "alice"]],
    [{ aud: "somebody", iss: "someone", iat: 5e11 }, ["alice", "alice"]],
    [{ rooms: [] }, ["alice", "alice"]],
  ])("with the claims %j", async (claims, who) => {
    expect(await verdict(await sign(claims))).toEqual(who);
  });

  test.each(["RS256", "ES256", "EdDSA"] as const)("by a public key, for %s", async (alg) => {
    const { privateKey, pem } = keyPair(alg);
    const tokens = tokensWith({ JWT_PUBLIC_KEY_FILE: fileWith(pem) });
    expect(await verdict(await sign({}, { key: privateKey, alg }), tokens)).toEqual([
      "alice",
      "alice",
    ]);
  });

  test("by a secret in a file, with or without a line break behind it", async () => {
    for (const end of ["", "\n", "\r\n"]) {
      const tokens = tokensWith({ JWT_SECRET_FILE: fileWith(secret + end) });
      expect(await verdict(await sign(), tokens)).toEqual(["alice", "alice"]);
    }
  });

  test("for the audience and by the issuer that are asked for", async () => {
    const tokens = tokensWith({ JWT_SECRET: secret, JWT_AUDIENCE: "here", JWT_ISSUER: "us" });
    for (const aud of ["here", ["there", "here"]])
      expect(await verdict(await sign({ aud, iss: "us" }), tokens)).toEqual(["alice", "alice"]);
  });
});

describe("a token is refused", () => {
  test.each([
    ["endless", { exp: undefined }],
    ["endless", { exp: "tomorrow" }],
    ["endless", { exp: now() + 367 * 86_400 }],
    ["endless", { exp: Date.now() + 300_000 }],
    ["endless", { exp: Number.MAX_VALUE }],
    ["expired", { exp: now() - 61 }],
    ["expired", { exp: -1 }],
    ["tooEarly", { nbf: now() + 70 }],
    ["subject", { sub: undefined }],
    ["subject", { sub: "" }],
    ["subject", { sub: 7 }],
    ["subject", { sub: "a".repeat(256) }],
    ["subject", { sub: "\ud800" }],
    ["name", { name: "a".repeat(256) }],
    ["rooms", { rooms: "a" }],
    ["rooms", { rooms: null }],
    ["rooms", { rooms: ["a", 1] }],
    ["can", { can: "signal" }],
    ["can", { can: null }],
    ["can", { can: ["signal", 1] }],
    ["can", { can: { signal: true } }],
    ["to", { to: "host" }],
    ["to", { to: null }],
    ["to", { to: ["host", ["viewer"]] }],
  ])("as %s with the claims %j", async (refusal, claims) => {
    expect(await verdict(await sign(claims))).toBe(refusal);
  });

  test("as endless where exp is a number that is too large for one", async () => {
    expect(await verdict(written('{"alg":"HS256"}', '{"sub":"alice","exp":1e400}'))).toBe(
      "endless",
    );
  });

  test.each([
    ["issuer", {}],
    ["audience", { iss: "us" }],
    ["audience", { aud: "there", iss: "us" }],
    ["audience", { aud: [], iss: "us" }],
    ["issuer", { aud: "here" }],
    ["issuer", { aud: "here", iss: "them" }],
    ["issuer", { aud: "here", iss: ["us"] }],
  ])("as %s with %j where others are asked for", async (refusal, claims) => {
    const tokens = tokensWith({ JWT_SECRET: secret, JWT_AUDIENCE: "here", JWT_ISSUER: "us" });
    expect(await verdict(await sign(claims), tokens)).toBe(refusal);
  });

  test.each(["none", "None", "NONE", "", "HS384", "HS512", "RS256", "ES256"])(
    "where its header says the algorithm %j",
    async (alg) => {
      const header = JSON.stringify({ alg });
      for (const signature of ["", "AAAA", undefined])
        expect(["malformed", "algorithm"]).toContain(
          String(await verdict(written(header, goodClaims(), signature))),
        );
    },
  );

  test("with another algorithm by the right secret", async () => {
    for (const alg of ["HS384", "HS512"])
      expect(await verdict(await sign({}, { alg, key: encoded(secret.repeat(2)) }))).toBe(
        "algorithm",
      );
  });

  test("with the public key as the secret of an HS256", async () => {
    for (const alg of ["RS256", "ES256", "EdDSA"] as const) {
      const { pem, publicKey } = keyPair(alg);
      const tokens = tokensWith({ JWT_PUBLIC_KEY_FILE: fileWith(pem) });
      const der = publicKey.export({ type: "spki", format: "der" });
      for (const key of [encoded(pem), encoded(pem.trim()), new Uint8Array(der)])
        expect(await verdict(await sign({}, { key }), tokens)).toBe("algorithm");
    }
  });

  test("by another key", async () => {
    expect(await verdict(await sign({}, { key: encoded("x".repeat(32)) }))).toBe("signature");
    const tokens = tokensWith({ JWT_PUBLIC_KEY_FILE: fileWith(keyPair("ES256").pem) });
    const { privateKey } = keyPair("ES256");
    expect(await verdict(await sign({}, { key: privateKey, alg: "ES256" }), tokens)).toBe(
      "signature",
    );
  });

  test("with any one bit of it flipped", async () => {
    const token = await sign({ rooms: ["a"] });
    for (let at = 0; at < token.length; at++)
      for (const bit of [1, 2, 4, 8, 16, 32]) {
        const code = token.charCodeAt(at) ^ bit;
        const flipped = token.slice(0, at) + String.fromCharCode(code) + token.slice(at + 1);
        expect([flipped, await verdict(flipped)]).toEqual([
          flipped,
          expect.stringMatching(/^(malformed|algorithm|signature)$/),
        ]);
      }
  });

  test("where it is huge, before anything of it is read", async () => {
    expect(await verdict("a".repeat(8193))).toBe("tooLong");
    expect(await verdict(await sign({ more: "a".repeat(8192) }))).toBe("tooLong");
    expect(await verdict(await sign({ more: "a".repeat(5800) }))).toEqual(["alice", "alice"]);
  });

  test.each(["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "{}.{}.{}", "é.é.é", "null", " "])(
    "where it is no token: %j",
    async (token) => {
      expect(await verdict(token)).toBe("malformed");
    },
  );

  test.each([
    '{"alg":"HS256","crit":["x"],"x":1}',
    '{"alg":"HS256","crit":["b64"],"b64":false}',
    '{"alg":["HS256"]}',
    '{"alg":null}',
    "{}",
    "[]",
    "null",
    '"HS256"',
    '{"alg":"HS256"',
    "",
  ])("where its header is %s", async (header) => {
    expect(["malformed", "algorithm"]).toContain(
      String(await verdict(written(header, goodClaims()))),
    );
  });

  test.each(["[]", "null", '"alice"', "{", ""])("where its claims are %j", async (claims) => {
    expect(await verdict(written('{"alg":"HS256"}', claims))).toBe("malformed");
  });

  test("whatever the text", async () => {
    const part = fc.string().map((text) => Buffer.from(text).toString("base64url"));
    const json = fc.json().map((text) => Buffer.from(text).toString("base64url"));
    const some = fc.oneof(part, json, fc.string());
    const texts = fc.tuple(some, some, some).map((parts) => parts.join("."));
    await fc.assert(
      fc.asyncProperty(fc.oneof(texts, fc.string()), async (text) => {
        expect(Object.keys(refusals)).toContain(String(await verdict(text)));
      }),
    );
  });

  test("where there is no key", async () => {
    const tokens = tokensWith({});
    expect(await verdict(await sign(), tokens)).toBe("noKey");
  });
});

describe("of two secrets", () => {
  const former = "the secret before it, 32 bytes or more";
  const older = { key: encoded(former) };
  const pair = { JWT_SECRET: secret, JWT_SECRET_PREVIOUS: former };
  const named = { ...pair, JWT_KID: "new", JWT_KID_PREVIOUS: "old" };
  const good = ["alice", "alice"];

  test("both are taken, and no third one", async () => {
    const tokens = tokensWith(pair);
    const third = { key: encoded("a third secret, of 32 bytes or more") };
    expect([
      await verdict(await sign(), tokens),
      await verdict(await sign({}, older), tokens),
      await verdict(await sign({}, { ...older, kid: "any" }), tokens),
      await verdict(await sign({}, third), tokens),
    ]).toEqual([good, good, good, "signature"]);
  });

  test("a kid says which it is", async () => {
    const tokens = tokensWith(named);
    expect([
      await verdict(await sign({}, { kid: "new" }), tokens),
      await verdict(await sign({}, { ...older, kid: "old" }), tokens),
      await verdict(await sign(), tokens),
      await verdict(await sign({}, older), tokens),
      await verdict(await sign({}, { kid: "old" }), tokens),
      await verdict(await sign({}, { ...older, kid: "new" }), tokens),
      await verdict(await sign({}, { kid: "newer" }), tokens),
      await verdict(await sign({}, { kid: "" }), tokens),
    ]).toEqual([good, good, good, good, "signature", "signature", "unknownKey", "unknownKey"]);
  });

  test("what is wrong with a token by the former one is told as ever", async () => {
    const tokens = tokensWith(named);
    const former = (claims: object) => sign({ ...claims }, older);
    expect([
      await verdict(await former({ exp: now() - 61 }), tokens),
      await verdict(await former({ nbf: now() + 100 }), tokens),
      await verdict(await former({ sub: "" }), tokens),
    ]).toEqual(["expired", "tooEarly", "subject"]);
  });

  test("the former one needs the other, as a kid needs its secret", () => {
    for (const [environment, problem] of [
      [{ JWT_SECRET_PREVIOUS: former }, "JWT_SECRET_PREVIOUS needs JWT_SECRET"],
      [{ JWT_KID: "a" }, "JWT_KID needs JWT_SECRET"],
      [{ JWT_SECRET: secret, JWT_KID_PREVIOUS: "a" }, "JWT_KID_PREVIOUS needs JWT_SECRET_PREVIOUS"],
    ] as const)
      expect(read(environment)).toEqual({ problems: [problem] });
  });
});

describe("rooms are named, or their beginnings with a * behind:", () => {
  const names = ["", "a", "team", "team-", "team-1", "t*m"];

  test.each([
    [undefined, names],
    [["*"], names],
    [[], []],
    [
      ["team-*", "a"],
      ["a", "team-", "team-1"],
    ],
    [["team"], ["team"]],
    [["t*m", "TEAM-*"], ["t*m"]],
  ])("%j", async (rooms, allowed) => {
    const identity = await bySecret.verify(await sign({ rooms }));
    if (typeof identity === "string") throw new Error(identity);
    expect(names.filter((name) => identity.mayJoin(name))).toEqual(allowed);
  });
});

describe("a set of keys at an address", () => {
  /** Serves the public keys of `pairs`; each can be changed while it runs. */
  function serveKeys(pairs: ReturnType<typeof named>[]) {
    let requests = 0;
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => {
        requests++;
        return Response.json({ keys: pairs.map(({ jwk }) => jwk) });
      },
    });
    const stop = () => server.stop(true);
    return { url: server.url.href, requests: () => requests, [Symbol.dispose]: stop };
  }

  function named(kid: string, alg: "RS256" | "ES256" | "EdDSA") {
    const pair = keyPair(alg);
    const jwk = { ...pair.publicKey.export({ format: "jwk" }), kid, alg };
    return { jwk, by: { key: pair.privateKey, alg, kid } };
  }

  test("is fetched once, and its keys are told apart", async () => {
    const pairs = [named("one", "RS256"), named("two", "ES256"), named("three", "EdDSA")];
    using keys = serveKeys(pairs);
    const tokens = tokensWith({ JWKS_URL: keys.url });
    for (const { by } of pairs)
      expect(await verdict(await sign({}, by), tokens)).toEqual(["alice", "alice"]);
    const [one, two] = pairs;
    expect(await verdict(await sign({}, { ...one!.by, kid: "two" }), tokens)).toBe("unknownKey");
    // There may be such a key by now; when it may be looked for, remote-keys.test.ts has.
    expect(await verdict(await sign({}, { ...two!.by, kid: "other" }), tokens)).toBe("unavailable");
    expect(await verdict(await sign(), tokens)).toBe("algorithm");
    expect(keys.requests()).toBe(1);
  });

  test("may have several keys for a token that names none: each is tried", async () => {
    const pairs = ["one", "two", "three"].map((kid) => named(kid, "ES256"));
    using keys = serveKeys(pairs);
    const tokens = tokensWith({ JWKS_URL: keys.url });
    const unnamed = ({ by: { key, alg } }: (typeof pairs)[number]) => sign({}, { key, alg });
    for (const pair of pairs)
      expect(await verdict(await unnamed(pair), tokens)).toEqual(["alice", "alice"]);
    const [one] = pairs;
    const late = sign({ exp: now() - 100 }, { key: one!.by.key, alg: "ES256" });
    expect(await verdict(await late, tokens)).toBe("expired");
    // There may be such a key by now.
    expect(await verdict(await unnamed(named("other", "ES256")), tokens)).toBe("unavailable");
  });

  test("may not have more than eight of them", async () => {
    const pairs = Array.from({ length: 9 }, (_, index) => named(`${index}`, "ES256"));
    using keys = serveKeys(pairs);
    const { key, alg } = pairs[8]!.by;
    const token = await sign({}, { key, alg });
    expect(await verdict(token, tokensWith({ JWKS_URL: keys.url }))).toBe("unknownKey");
  });

  test("that cannot be fetched, or is none, refuses everybody for now", async () => {
    const token = await sign({}, named("one", "ES256").by);
    using other = Bun.serve({ port: 0, fetch: () => new Response("no keys here") });
    for (const url of [other.url.href, "http://127.0.0.1:1/"])
      expect(await verdict(token, tokensWith({ JWKS_URL: url }))).toBe("unavailable");
  });

  test("that is huge is none, however it is sent", async () => {
    const { jwk, by } = named("one", "ES256");
    const padded = (length: number) => JSON.stringify({ keys: [jwk] }).padEnd(length);
    const bodies: readonly (readonly [
      string | ReadableStream | Uint8Array,
      Record<string, string>?,
    ])[] = [
      [padded(2 ** 20 + 1)],
      [Bun.gzipSync(padded(2 ** 20 + 1)), { "Content-Encoding": "gzip" }],
      [new ReadableStream({ pull: (body) => body.enqueue(encoded(" ".repeat(2 ** 16))) })],
      [padded(2 ** 20)],
    ];
    const verdicts: unknown[] = [];
    for (const [body, headers = {}] of bodies) {
      using other = Bun.serve({ port: 0, fetch: () => new Response(body, { headers }) });
      verdicts.push(await verdict(await sign({}, by), tokensWith({ JWKS_URL: other.url.href })));
    }
    expect(verdicts).toEqual([...Array<string>(3).fill("unavailable"), ["alice", "alice"]]);
  });

  test("that cannot be fetched is told to the operator, once for many tokens", async () => {
    const reading = read({ JWKS_URL: "http://user:pass@127.0.0.1:1/" });
    if ("problems" in reading) throw new Error(reading.problems.join());
    const warnings: unknown[] = [];
    const warn = (...said: unknown[]) => {
      warnings.push(said);
    };
    const tokens = new Tokens(reading.settings, { warn });
    const token = await sign({}, named("one", "ES256").by);
    for (let tries = 0; tries < 3; tries++)
      expect(await verdict(token, tokens)).toBe("unavailable");
    expect(warnings).toEqual([
      [
        { problem: expect.stringMatching(/refused/i) },
        "the keys at jwks-url could not be fetched: tokens are refused",
      ],
    ]);
  });

  test("that gets a further key is fetched again, when a token names it", async () => {
    const pairs = [named("one", "ES256")];
    using keys = serveKeys(pairs);
    const tokens = tokensWith({ JWKS_URL: keys.url });
    expect(await verdict(await sign({}, pairs[0]!.by), tokens)).toEqual(["alice", "alice"]);
    const two = named("two", "ES256");
    pairs.push(two);
    try {
      // A set is not asked for twice within 30 s, whatever tokens name.
      setSystemTime(Date.now() + 31_000);
      expect(await verdict(await sign({}, two.by), tokens)).toEqual(["alice", "alice"]);
    } finally {
      setSystemTime();
    }
    expect(keys.requests()).toBe(2);
  });

  test("never makes a shared secret of a public key", async () => {
    const { jwk } = named("one", "RS256");
    using keys = serveKeys([{ jwk, by: named("x", "ES256").by }]);
    const token = await sign({}, { key: encoded(String(jwk.n)), kid: "one" });
    expect(await verdict(token, tokensWith({ JWKS_URL: keys.url }))).toBe("algorithm");
  });
});

describe("a key is refused at start", () => {
  const pem = keyPair("RS256").pem;
  const weak = keyPair("RS256", 1024).pem;
  const privateKey = keyPair("EdDSA")
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();

  test.each(["too short a secret", `${"é".repeat(15)}x`, pem])(
    "as JWT_SECRET without being shown: %j",
    (given) => {
      expect(read({ JWT_SECRET: given })).toEqual({
        problems: ["JWT_SECRET must be at least 32 bytes long, and not a public key"],
      });
    },
  );

  test.each([
    // Read as text, it would have 33 bytes that everybody knows.
    ["JWT_SECRET_FILE", new Uint8Array(11).fill(0xff), "must be a UTF-8 text file"],
    ["JWT_PUBLIC_KEY_FILE", "no key", "must be a PEM file with a public key"],
    ["JWT_PUBLIC_KEY_FILE", weak, "must be a PEM file with a public key"],
    ["JWT_PUBLIC_KEY_FILE", privateKey, "must be a PEM file with a public key"],
    ["JWT_PUBLIC_KEY_FILE", secret, "must be a PEM file with a public key"],
  ])("in the file of %s", (name, held, problem) => {
    const path = fileWith(held);
    const line = expect.stringMatching(new RegExp(`^${name} ${problem}.*, not "${path}"$`));
    expect(read({ [name]: path })).toEqual({ problems: [line] });
  });

  test.each(["too short a secret\n", pem])("in the file of JWT_SECRET_FILE: %j", (held) => {
    const path = fileWith(held);
    expect(read({ JWT_SECRET_FILE: path })).toEqual({
      problems: [
        `JWT_SECRET_FILE: the text of ${path} must be at least 32 bytes long, and not a public key`,
      ],
    });
  });

  test("in a file that is not there", () => {
    expect(read({ JWT_SECRET_FILE: "/nowhere", JWT_PUBLIC_KEY_FILE: folder })).toEqual({
      problems: [
        'JWT_SECRET_FILE must be a file that can be read, not "/nowhere"',
        `JWT_PUBLIC_KEY_FILE must be a file that can be read, not "${folder}"`,
      ],
    });
  });

  test("where there is more than one", () => {
    expect(read({ JWT_SECRET: secret, JWKS_URL: "https://a.example/keys" })).toEqual({
      problems: ["only one key may be set: not JWT_SECRET and JWKS_URL together"],
    });
  });
});
