import { describe, expect, test } from "bun:test";
import { allowOrigin, preflight } from "../../../src/server/http/cors.ts";
import { Origins } from "../../../src/server/origins.ts";

const anyOrigin = new Origins(["*"]);

const address = "http://signalbox.test/";

/** The headers that a response gets. */
function headersFor(origin: string | undefined, headers: Record<string, string> = {}) {
  const request = new Request(address, origin === undefined ? {} : { headers: { origin } });
  const response = allowOrigin(request, new Response("", { headers }), anyOrigin);
  return Object.fromEntries(response.headers);
}

const always = { "access-control-allow-methods": "GET, OPTIONS" };

test("a page of any origin may read the response, without credentials", () => {
  const origin = "https://page.test";
  expect(headersFor(origin)).toEqual({
    ...always,
    "access-control-allow-origin": origin,
    vary: "Origin",
  });
});

test("a request without origin gets the wildcard", () => {
  expect(headersFor(undefined)).toEqual({
    ...always,
    "access-control-allow-origin": "*",
    vary: "Origin",
  });
});

test("what else the response varies by stays", () => {
  expect(headersFor(undefined, { Vary: "Accept", ETag: "1" })).toEqual({
    ...always,
    "access-control-allow-origin": "*",
    etag: "1",
    vary: "Accept, Origin",
  });
});

test("a page may read after how long it is to come back", () => {
  expect(headersFor(undefined, { "Retry-After": "5" })).toMatchObject({
    "access-control-expose-headers": "Retry-After",
  });
});

/** What a preflight with these headers is answered with. */
function answerTo(asked: Record<string, string>): Record<string, unknown> {
  const { status, headers } = preflight(
    new Request(address, { method: "OPTIONS", headers: asked }),
  );
  return { status, ...Object.fromEntries(headers) };
}

const vary = "Access-Control-Request-Headers";

describe("a preflight", () => {
  test("may send the headers that it asks for, and is kept for two hours", async () => {
    expect(
      answerTo({
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,baggage , sentry-trace,x!#$%&'*+.^_`|~-9",
      }),
    ).toEqual({
      status: 200,
      vary,
      "access-control-allow-headers": "authorization, baggage, sentry-trace, x!#$%&'*+.^_`|~-9",
      "access-control-max-age": "7200",
    });
  });

  test("is answered with nothing in it", async () => {
    expect(await preflight(new Request(address)).text()).toBe("");
  });

  test.each(["", ",", "a b", "a:b", "a;b", '"a"', "a/b", "ä", "a=1", "(a)"])(
    "is not told of %j, which is no name of a header",
    (names) => {
      expect(answerTo({ "Access-Control-Request-Headers": names })).toEqual({ status: 200, vary });
    },
  );

  test("is told of the names that are some, among others", () => {
    expect(answerTo({ "Access-Control-Request-Headers": "a b, x-trace,, c:d" })).toMatchObject({
      "access-control-allow-headers": "x-trace",
    });
  });

  test("may ask for 4096 characters of names, and no more", () => {
    const names = (length: number) => "x".repeat(length);
    const allowed = [4096, 4097].map(
      (length) => "access-control-allow-headers" in answerTo({ [vary]: names(length) }),
    );
    expect(allowed).toEqual([true, false]);
  });

  test("may reach into a private network, if it asks", () => {
    expect(answerTo({ "Access-Control-Request-Private-Network": "true" })).toEqual({
      status: 200,
      vary,
      "access-control-allow-private-network": "true",
    });
  });
});
