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
    ["", { [protocol]: "Bearer, t" }, { token: "t" }],
    ["", { [protocol]: "BEARER,t,json" }, { token: "t" }],
    ["", { [protocol]: "bearer, t, json" }, { token: "t" }],
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
    ["", { [protocol]: "bearer, t, Bearer, u" }, "repeated"],
    // What two headers become: no token has a space in it.
    ["", { Authorization: "Bearer t, Bearer u" }, { token: "t, Bearer u" }],
  ])("%s with %j: %j", (query, headers, carried) => {
    const { request, url } = requestOf(query, headers as Record<string, string>);
    expect(carriedBy(request, url)).toEqual(carried as never);
  });
});

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln";
const jwe = "eyJhbGciOiJkaXIifQ..aXY.dGV4dA.dGFn";

describe("of the subprotocols", () => {
  test.each([
    ["bearer, t", "bearer"],
    ["other, bearer, t", "bearer"],
    ["bearer", "bearer"],
    [`bearer, ${jwt}, json`, "bearer"],
    [`Bearer, ${jwt}`, "Bearer"],
    [`json, BEARER, ${jwt}`, "BEARER"],
    ["json", "json"],
    ["JSON, text", "JSON"],
    ["v1.chat.example, json", "v1.chat.example"],
    ["e2e.chat.v1", "e2e.chat.v1"],
    ["bearers, t", "bearers"],
    [jwt, ""],
    [jwe, ""],
    [`${jwt}, json`, "json"],
    [`${jwt}, ${jwe}`, ""],
    ["a b, json", "json"],
    [",, json", "json"],
    ["é, (a), json", "json"],
    ["", ""],
  ] as const)("%j, %j is accepted", (offers, accepted) => {
    expect(acceptedProtocol(requestOf("", { [protocol]: offers }).request)).toBe(accepted);
  });
});
