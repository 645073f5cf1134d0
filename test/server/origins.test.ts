import { describe, expect, test } from "bun:test";
import { isOriginPattern, Origins } from "../../src/server/origins.ts";

describe("of the origins that are allowed by", () => {
  test.each([
    [["*"], ["https://a.org", "http://localhost:8081", null], ["null"]],
    [["*", "null"], ["https://a.org", "null", null], []],
    [
      ["https://a.org", "https://*.b.org:8443"],
      ["https://a.org", "https://A.org", "https://x.b.org:8443", "https://x.y.b.org:8443", null],
      [
        "http://a.org",
        "https://a.org:1",
        "https://b.org:8443",
        "https://.b.org:8443",
        "https://x.b.org",
        "https://xb.org:8443",
        "https://evil.org/x.b.org:8443",
        "https://a.org.evil.org",
        "null",
        "",
      ],
    ],
  ] as const)("%j", (patterns, allowed, refused) => {
    const origins = new Origins(patterns);
    expect(allowed.filter((origin) => !origins.allows(origin))).toEqual([]);
    expect(refused.filter((origin) => origins.allows(origin))).toEqual([]);
  });
});

test.each([
  ["*", true],
  ["null", true],
  ["https://example.org", true],
  ["https://*.example.org", true],
  ["chrome-extension://abcdef", true],
  ["https://example.org/", false],
  ["https://*", false],
  ["https://a.*.org", false],
  ["example.org", false],
  ["https://a b", false],
  ["", false],
])("%s can be listed: %p", (text, can) => {
  expect(isOriginPattern(text)).toBe(can);
});
