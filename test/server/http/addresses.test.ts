import { expect, test } from "bun:test";
import type { Guide } from "../../../src/protocols/protocol.ts";
import { addressesOf, hostsToReach, originOf } from "../../../src/server/http/addresses.ts";

test.each([
  ["http://0.0.0.0:8081/", "http://localhost:8081"],
  ["http://[::]:8081/", "http://localhost:8081"],
  ["http://[::ffff:0:0]:8081/", "http://localhost:8081"],
  ["http://127.0.0.1:8081/", "http://127.0.0.1:8081"],
  ["http://[::1]:8081/", "http://[::1]:8081"],
  ["http://0.0.0.0:80/", "http://localhost"],
  ["http://[::]/", "http://localhost"],
  ["http://127.0.0.1:80/", "http://127.0.0.1"],
])("a server at %s is told of as %s, without a colon and a default port", (url, origin) => {
  expect(originOf(new URL(url))).toBe(origin);
});

test("a protocol's address has no colon where the origin has none", () => {
  const guide: Guide = { title: "", path: "/ws", about: "", snippets: [] };
  expect(addressesOf("http://localhost", [{ name: "session", guide }])).toEqual({
    session: "ws://localhost/ws",
    page: "http://localhost",
    demo: "http://localhost/demo",
  });
});

test.each([
  ["0.0.0.0", ["127.0.0.1"]],
  ["0", ["127.0.0.1"]],
  ["::", ["127.0.0.1", "[::1]"]],
  ["::ffff:0.0.0.0", ["127.0.0.1"]],
  ["::1", ["[::1]"]],
  ["::ffff:127.0.0.1", ["[::ffff:7f00:1]"]],
  ["127.1", ["127.0.0.1"]],
  ["My-Host", ["my-host"]],
])("a server that listens at %s is reached at %j", (host, names) => {
  expect(hostsToReach(host)).toEqual(names);
});
