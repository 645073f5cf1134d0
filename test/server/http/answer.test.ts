import { expect, test } from "bun:test";
import { methodNotAllowed, notFound, unavailable } from "../../../src/server/http/answer.ts";

test("what is not there is 404", () => {
  expect(notFound().status).toBe(404);
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
