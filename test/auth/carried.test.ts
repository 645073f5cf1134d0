// Where the token of a request is.

import { describe, expect, test } from "bun:test";
import { acceptedProtocol, carriedBy } from "../../src/auth/carried.ts";

const requestOf = (query: string, headers: Record<string, string>) => {
  const url = new URL(`http://localhost/ws/a${query}`);
  return { url, request: new Request(url.href, { headers }) };
};

const protocol = "Sec-WebSocket-Protocol";

describe("a request carries", () => {
  test.each([
    ["?token=t", {}, { token: "t" }],
    ["?a=1&token=t.u-v_w", {}, { token: "t.u-v_w" }],
    ["", { Authorization: "Bearer t" }, { token: "t" }],
    ["", { Authorization: "bearer  t" }, { token: "t" }],
    ["", { [protocol]: "bearer, t" }, { token: "t" }],
    ["", { [protocol]: "bearer,t" }, { token: "t" }],
    ["", { [protocol]: "other, bearer, t" }, { token: "t" }],
    ["", {}, "missing"],
    ["?token=", {}, "missing"],
    ["?Token=t", {}, "missing"],
    ["", { Authorization: "Bearer" }, "missing"],
    ["", { Authorization: "Basic t" }, "missing"],
    ["", { [protocol]: "t" }, "missing"],
    ["", { [protocol]: "bearer" }, "missing"],
    ["?token=t&token=t", {}, "repeated"],
    ["?token=t&token=", {}, "repeated"],
    ["?token=t", { Authorization: "Bearer t" }, "repeated"],
    ["?token=t", { [protocol]: "bearer, t" }, "repeated"],
    ["", { Authorization: "Bearer t", [protocol]: "bearer, t" }, "repeated"],
    ["", { [protocol]: "bearer, t, bearer, t" }, "repeated"],
    // What two headers become: no token has a space in it.
    ["", { Authorization: "Bearer t, Bearer u" }, { token: "t, Bearer u" }],
  ])("%s with %j: %j", (query, headers, carried) => {
    const { request, url } = requestOf(query, headers as Record<string, string>);
    expect(carriedBy(request, url)).toEqual(carried as never);
  });
});

test.each([
  ["bearer, t", "bearer"],
  ["other, bearer, t", "bearer"],
  ["bearer", "bearer"],
  ["t", ""],
  ["bearers, t", ""],
  ["", ""],
] as const)("of the subprotocols %j, %j is accepted", (offered, accepted) => {
  expect(acceptedProtocol(requestOf("", { [protocol]: offered }).request)).toBe(accepted);
});
