import { expect, test } from "bun:test";
import { answer, methodNotAllowed, unavailable } from "../../../src/server/http/answer.ts";

const get = (path: string): number =>
  answer(new Request(`http://signalbox.test${path}`), path, new Map(), {
    isReady: true,
    isDegraded: false,
  }).status;

test("health is answered, and what is not there is 404", () => {
  expect(["/healthz", "/readyz", "/nothing", "/healthz%20"].map(get)).toEqual([200, 200, 404, 404]);
});

test("other methods are told which ones there are", () => {
  const { status, headers } = methodNotAllowed();
  expect([status, headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
});

test("who finds no room is told why, and when to come back", async () => {
  const response = unavailable("this server is full");
  const { status, headers } = response;
  expect([status, headers.get("retry-after"), await response.text()]).toEqual([
    503,
    "5",
    "this server is full\n",
  ]);
});
