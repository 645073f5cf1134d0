import { describe, expect, test } from "bun:test";
import { Gatekeeper, type Intent } from "../../src/operator/access.ts";

const token = "a secret of operators";

/** The status with which a request is refused; `undefined` if it is let in. */
function refused(
  keeper: Gatekeeper,
  headers: Readonly<Record<string, string>>,
  intent: Intent = "read",
  peer = "127.0.0.1",
): number | undefined {
  const all = new Headers({ Host: "127.0.0.1:9081", ...headers });
  return keeper.refusal({ headers: all, peer }, intent)?.status;
}

describe("without a token", () => {
  const keeper = new Gatekeeper(undefined);

  test("this machine may read, and nobody may act", () => {
    expect([refused(keeper, {}), refused(keeper, {}, "act")]).toEqual([undefined, 403]);
  });

  test.each(["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])("%s is this machine", (peer) => {
    expect(refused(keeper, {}, "read", peer)).toBeUndefined();
  });

  test.each(["10.0.0.1", "192.0.2.1", "2001:db8::1", "::ffff:10.0.0.1", ""])(
    "%s is another one",
    (peer) => {
      expect(refused(keeper, {}, "read", peer)).toBe(403);
    },
  );

  test.each(["X-Forwarded-For", "Forwarded", "X-Real-IP"])(
    "a proxy on this machine that says for whom it asks, by %s, is let in by nobody's right",
    (name) => {
      expect(refused(keeper, { [name]: "192.0.2.1" })).toBe(403);
    },
  );

  test.each(["localhost", "localhost:9081", "127.0.0.1", "[::1]:9081", "10.0.0.7:9081"])(
    "Host %s cannot have been made to point here",
    (Host) => {
      expect(refused(keeper, { Host })).toBeUndefined();
    },
  );

  test.each([
    "rebound.example",
    "rebound.example:9081",
    "localhost.example",
    "127.0.0.1.example",
    "",
  ])("Host %j may be a page's that points here", (Host) => {
    expect(refused(keeper, { Host })).toBe(403);
  });
});

describe("with a token", () => {
  const keeper = new Gatekeeper(token);
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

  test("whoever has it may do anything, from anywhere and under any name", () => {
    const headers = { Authorization: basic(`somebody:${token}`), Host: "signalbox.internal" };
    expect(refused(keeper, headers, "act", "192.0.2.1")).toBeUndefined();
  });

  test("it may be a bearer's", () => {
    const other = new Gatekeeper("0123456789abcdef");
    const headers = { Authorization: "bearer 0123456789abcdef" };
    expect(refused(other, headers, "act")).toBeUndefined();
    const spaced = { Authorization: `Bearer ${token}` };
    expect([token.includes(" "), refused(keeper, spaced)]).toEqual([true, undefined]);
  });

  test.each([
    ["none", {}],
    ["another", { Authorization: "Bearer another" }],
    ["the user's name of Basic", { Authorization: basic(`${token}:`) }],
    ["Basic without a colon", { Authorization: basic(token) }],
    ["no base64", { Authorization: "Basic !" }],
    ["another scheme", { Authorization: `Digest ${token}` }],
    ["a longer one", { Authorization: basic(`:${token}.`) }],
    ["a part of it", { Authorization: basic(`:${token.slice(1)}`) }],
  ])("%s is refused, also on this machine", (_what, headers: Record<string, string>) => {
    expect([refused(keeper, headers), refused(keeper, headers, "act")]).toEqual([401, 401]);
  });
});

describe.each([
  ["without a token", new Gatekeeper(undefined), {}],
  ["with one", new Gatekeeper("0123456789abcdef"), { Authorization: "Bearer 0123456789abcdef" }],
])("%s a page of another origin", (_which, keeper, own) => {
  test.each([
    { Origin: "https://evil.example" },
    { Origin: "http://127.0.0.1:8081" },
    { Origin: "null" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ])("is refused: %j", (headers) => {
    expect(refused(keeper, { ...own, ...headers })).toBe(403);
  });

  test("is none that is served here", () => {
    const headers = { ...own, Origin: "http://127.0.0.1:9081", "Sec-Fetch-Site": "same-origin" };
    expect(refused(keeper, headers)).toBeUndefined();
  });

  test("may link here, as it cannot read what is shown then", () => {
    const link = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" };
    const headers = { ...own, ...link, "Sec-Fetch-Dest": "document" };
    expect([refused(keeper, headers), refused(keeper, headers, "act")]).toEqual([undefined, 403]);
  });
});
