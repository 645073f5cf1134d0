import { expect, test } from "bun:test";
import { allowOrigin, preflight } from "../../../src/server/http/cors.ts";

/** The headers that a response gets. */
function headersFor(origin: string | undefined, headers: Record<string, string> = {}) {
  const request = new Request(
    "http://signalbox.test/",
    origin === undefined ? {} : { headers: { origin } },
  );
  const response = allowOrigin(request, new Response("", { headers }));
  return Object.fromEntries(response.headers);
}

const always = {
  "access-control-allow-credentials": "true",
  "access-control-allow-headers": "Content-Type, Authorization",
  "access-control-allow-methods": "GET, OPTIONS",
};

test("a page of any origin may read the response, with credentials", () => {
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

test("a preflight is answered with 200 and nothing", async () => {
  const response = preflight();
  expect([response.status, await response.text()]).toEqual([200, ""]);
});
