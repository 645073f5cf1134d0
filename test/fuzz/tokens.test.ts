// Tokens, wherever they are and whatever is in them: what is let in is what its signer has signed, and means what
// `JSON.parse` says of its claims.

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { acceptedProtocol, carriedBy } from "../../src/auth/carried.ts";
import { jwtAudience, jwtIssuer, jwtSecret } from "../../src/auth/options.ts";
import { refusals } from "../../src/auth/refusal.ts";
import { Tokens } from "../../src/auth/tokens.ts";
import type { Settings } from "../../src/options/option.ts";
import { encoded, now, secret, written } from "../support/tokens.ts";
import { check, checkAsync, timeoutMs } from "./check.ts";
import { garbled, valueText } from "./texts.ts";

const tokensWith = (given: Readonly<Record<string, unknown>>): Tokens => {
  const settings: Settings = (option) => (given[option.name] as never) ?? option.default;
  return new Tokens(settings);
};

const bySecret = tokensWith({ [jwtSecret.name]: encoded(secret) });

const name = fc.stringMatching(/^[\w-]{1,12}$/).filter((text) => !/^bearer$/i.test(text));
const token = fc.oneof(
  name,
  name.map((text) => `${text}.${text}.${text}`),
);

describe("the token of a request", () => {
  const spaces = fc.constantFrom("", " ", "  ");
  const bearer = fc.constantFrom("bearer", "Bearer", "BEARER");

  test("is the only one that there is, wherever it is", () => {
    const property = fc.property(
      fc.array(token, { maxLength: 2 }),
      fc.option(fc.tuple(bearer, token), { nil: undefined }),
      fc.array(
        fc.oneof(
          name.map((each) => [each]),
          fc.tuple(bearer, token),
        ),
        { maxLength: 3 },
      ),
      spaces,
      (inQuery, inHeader, protocols, space) => {
        const url = new URL("http://host/ws");
        for (const each of inQuery) url.searchParams.append("token", each);
        const headers = new Headers();
        if (inHeader !== undefined) headers.set("Authorization", inHeader.join(" "));
        const offered = protocols.flat().join(`,${space}`);
        if (offered !== "") headers.set("Sec-WebSocket-Protocol", offered);
        const all = [
          ...inQuery,
          ...(inHeader === undefined ? [] : [inHeader[1]]),
          ...protocols.flatMap(([, each]) => each ?? []),
        ];
        const due =
          all.length === 1 ? { token: all[0] } : all.length === 0 ? "missing" : "repeated";
        expect(carriedBy({ headers } as Request, url)).toEqual(due as never);
      },
    );
    check(property);
  });

  test("is never the subprotocol that is accepted, whatever was offered", () => {
    const real = written('{"alg":"HS256"}', `{"sub":"alice","exp":${now() + 300}}`);
    const some = fc.oneof(fc.constantFrom("bearer", "Bearer", real, "", " "), fc.string(), name);
    const property = fc.property(fc.array(some, { maxLength: 5 }), (offered) => {
      const text = offered.join(", ").replace(/[^\t\x20-\x7e]/g, "");
      const headers = new Headers(text === "" ? {} : { "Sec-WebSocket-Protocol": text });
      const accepted = acceptedProtocol({ headers } as Request);
      const names = (headers.get("Sec-WebSocket-Protocol") ?? "")
        .split(",")
        .map((each) => each.trim());
      const carried = carriedBy({ headers } as Request, new URL("http://host/"));
      expect([!accepted || names.includes(accepted), accepted === real]).toEqual([true, false]);
      if (typeof carried !== "string")
        expect([text, accepted?.toLowerCase()]).toEqual([text, "bearer"]);
    });
    check(property, { runs: 500 });
  });
});

const good = () => JSON.stringify({ sub: "alice", exp: now() + 300 });

/** Who a token lets in; the refusal, if it lets in nobody. */
async function verdict(text: string, tokens = bySecret): Promise<unknown> {
  const identity = await tokens.verify(text);
  return typeof identity === "string" ? identity : { ...identity };
}

describe("a token that is not as it was signed", () => {
  test("lets nobody in, wherever it was changed", async () => {
    const whole = written('{"alg":"HS256","typ":"JWT"}', good());
    const change = fc.tuple(fc.nat(), fc.stringMatching(/^[\w.=+/ -]$/));
    const changed = fc.oneof(
      change.map(([at, by]) => {
        const place = at % whole.length;
        return whole.slice(0, place) + by + whole.slice(place + 1);
      }),
      change.map(
        ([at, by]) =>
          whole.slice(0, at % (whole.length + 1)) + by + whole.slice(at % (whole.length + 1)),
      ),
      fc.nat().map((at) => whole.slice(0, at % whole.length)),
      fc.nat(2).map((at) => whole.split(".").toSpliced(at, 1, "").join(".")),
    );
    const property = fc.asyncProperty(changed, async (text) => {
      if (text === whole) return;
      expect(Object.keys(refusals)).toContain(String(await verdict(text)));
    });
    await checkAsync(property, { runs: 500 });
  });

  test("lets nobody in, whatever its header says of how it is signed", async () => {
    const algorithm = fc.oneof(
      fc.constantFrom(
        "none",
        "None",
        "hs256",
        "HS384",
        "HS512",
        "RS256",
        "ES256",
        "EdDSA",
        "",
        "HS256 ",
      ),
      fc.jsonValue(),
    );
    const header = fc.record(
      {
        alg: algorithm,
        crit: fc.jsonValue(),
        b64: fc.boolean(),
        jwk: fc.jsonValue(),
        kid: fc.jsonValue(),
      },
      { requiredKeys: ["alg"] },
    );
    const property = fc.asyncProperty(header, fc.boolean(), async (fields, isUnsigned) => {
      if (fields.alg === "HS256") return;
      const text = written(JSON.stringify(fields), good(), isUnsigned ? "" : undefined);
      expect(Object.keys(refusals)).toContain(String(await verdict(text)));
    });
    await checkAsync(property);
  });
});

/** Claims in any spelling: most of them good, some of another type. */
const claims = fc
  .record(
    {
      sub: fc.oneof(
        {
          weight: 5,
          arbitrary: fc.constantFrom(
            "alice",
            "é🐙",
            "__proto__",
            "server",
            "",
            "a".repeat(255),
            "a".repeat(256),
          ),
        },
        { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
        { weight: 1, arbitrary: fc.jsonValue() },
      ),
      exp: fc.oneof(
        {
          weight: 6,
          arbitrary: fc.integer({ min: 10, max: 365 * 86_400 }).map((later) => now() + later),
        },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            0,
            -1,
            1e300,
            now() - 200,
            now() + 367 * 86_400,
            now() + 100.5,
          ),
        },
        { weight: 1, arbitrary: fc.jsonValue() },
      ),
      nbf: fc.oneof(fc.constantFrom(0, now() - 10, now() + 1000), fc.jsonValue()),
      iat: fc.oneof(fc.constant(now()), fc.jsonValue()),
      jti: fc.oneof(fc.constantFrom("1", "", "j".repeat(256)), fc.jsonValue()),
      username: fc.oneof(fc.constantFrom("Alice", "", "x".repeat(256)), fc.jsonValue()),
      name: fc.oneof(fc.constantFrom("A.", "y".repeat(255)), fc.jsonValue()),
      rooms: fc.oneof(fc.constantFrom([], ["team-*", "a"], ["*"], [""]), fc.jsonValue()),
      role: fc.oneof(fc.constantFrom("host", "", "x".repeat(65)), fc.jsonValue()),
      can: fc.oneof(fc.constantFrom([], ["signal"], ["broadcast", "x"]), fc.jsonValue()),
      to: fc.oneof(fc.constantFrom([], ["host"], [""]), fc.jsonValue()),
      __proto__x: fc.jsonValue(),
    },
    { requiredKeys: ["sub", "exp"] },
  )
  .map((record) => JSON.stringify(record));

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isNumber = (value: unknown): value is number => typeof value === "number";

/** Who claims let in, as docs/authentication.md says it. */
function due(text: string): unknown {
  const { sub, exp, nbf, iat, jti, username, name: own, rooms, role, can, to } = JSON.parse(text);
  const second = now();
  const isInTime =
    isNumber(exp) &&
    exp > second - 60 &&
    exp <= second + 366 * 86_400 &&
    (nbf === undefined || (isNumber(nbf) && nbf <= second + 60)) &&
    (iat === undefined || isNumber(iat));
  const isSubject = isText(sub) && sub.length <= 255 && sub !== "server" && sub.isWellFormed();
  const shown = [username, own].find(isText) ?? sub;
  const areLists = [rooms, can, to].every(
    (list) =>
      list === undefined || (Array.isArray(list) && list.every((each) => typeof each === "string")),
  );
  if (!isInTime || !isSubject || shown.length > 255 || !areLists) return "refused";
  const isAble = (word: string): boolean => can === undefined || can.includes(word);
  const [maySignal, mayBroadcast] = [isAble("signal"), isAble("broadcast")];
  const isFree = maySignal && mayBroadcast && to === undefined;
  return {
    userId: sub,
    name: shown,
    until: (exp + 60) * 1000,
    jti: isText(jti) && jti.length <= 255 ? jti : undefined,
    issuedAt: iat ?? 0,
    role: isText(role) && role.length <= 64 ? role : undefined,
    rights: isFree ? undefined : { maySignal, mayBroadcast, to: to && new Set(to) },
  };
}

describe("a token that is signed", () => {
  test("lets in whom its claims name, by that name and until then, or nobody", async () => {
    const property = fc.asyncProperty(claims, async (text) => {
      const right = due(text);
      const is = await verdict(written('{"alg":"HS256"}', text));
      if (right === "refused")
        expect([text, Object.keys(refusals).includes(String(is))]).toEqual([text, true]);
      else expect([text, is]).toEqual([text, right]);
    });
    await checkAsync(property, { runs: 500 });
  });

  test("lets nobody in if its claims are no object, or no JSON", async () => {
    const texts = fc.oneof(valueText, garbled(claims), fc.string());
    const property = fc.asyncProperty(texts, async (any) => {
      // As it is signed: UTF-8 has no half of a surrogate pair.
      const text = any.toWellFormed();
      const is = await verdict(written('{"alg":"HS256"}', text));
      if (typeof is === "string") return;
      expect(is).toEqual(due(text) as object);
    });
    await checkAsync(property);
  });

  test("opens the rooms that it names, and those whose beginning it names", async () => {
    const room = fc.oneof(
      fc.constantFrom("a", "team", "team-1", "t*m", "*", "team-*"),
      fc.string({ minLength: 1 }),
    );
    const pattern = fc.oneof(
      room,
      room.map((text) => `${text}*`),
      fc.constantFrom("*", ""),
    );
    const property = fc.asyncProperty(
      fc.array(pattern, { maxLength: 4 }),
      room,
      async (rooms, asked) => {
        const text = JSON.stringify({ sub: "alice", exp: now() + 300, rooms });
        const identity = await bySecret.verify(written('{"alg":"HS256"}', text));
        if (typeof identity === "string") throw new Error(identity);
        const isOpen = rooms.some((each) =>
          each.endsWith("*")
            ? asked.slice(0, each.length - 1) === each.slice(0, -1)
            : asked === each,
        );
        expect([rooms, asked, identity.mayJoin(asked)]).toEqual([rooms, asked, isOpen]);
      },
    );
    await checkAsync(property);
  });

  test(
    "is for the audience and by the issuer that are asked for, or lets nobody in",
    async () => {
      const tokens = tokensWith({
        [jwtSecret.name]: encoded(secret),
        [jwtAudience.name]: "here",
        [jwtIssuer.name]: "us",
      });
      const audience = fc.oneof(
        fc.constantFrom("here", "Here", ["here"], ["there", "here"], [["here"]]),
        fc.jsonValue(),
      );
      const issuer = fc.oneof(fc.constantFrom("us", "them", ["us"]), fc.jsonValue());
      const property = fc.asyncProperty(audience, issuer, async (aud, iss) => {
        const text = JSON.stringify({ sub: "alice", exp: now() + 300, aud, iss });
        const isRight =
          (aud === "here" ||
            (Array.isArray(aud) && (aud as readonly unknown[]).includes("here"))) &&
          iss === "us";
        const is = await verdict(written('{"alg":"HS256"}', text), tokens);
        expect([text, typeof is === "object"]).toEqual([text, isRight]);
      });
      await checkAsync(property);
    },
    timeoutMs,
  );
});
