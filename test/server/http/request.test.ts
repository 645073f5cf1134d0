import { expect, test } from "bun:test";
import { isUpgrade, upgradeRequired, urlOf } from "../../../src/server/http/request.ts";

const right = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** @param changes an empty value takes a header away */
function asks(changes: Record<string, string>, method = "GET"): boolean {
  const headers = Object.entries({ ...right, ...changes }).filter(([, value]) => value !== "");
  return isUpgrade(new Request("http://signalbox.test/ws/a", { method, headers }));
}

test.each([
  [{}],
  [{ upgrade: "WebSocket" }],
  [{ upgrade: "h2c, websocket" }],
  [{ connection: "keep-alive, Upgrade" }],
  [{ connection: "upgrade" }],
  [{ "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" }],
  [{ "sec-websocket-key": "+/+/+/+/+/+/+/+/+/+/+w==" }],
])("%p asks for a WebSocket", (changes) => {
  expect(asks(changes)).toBe(true);
});

test.each([
  [{ upgrade: "" }],
  [{ upgrade: "h2c" }],
  [{ upgrade: "websockets" }],
  [{ connection: "" }],
  [{ connection: "keep-alive" }],
  [{ "sec-websocket-version": "" }],
  [{ "sec-websocket-version": "8" }],
  [{ "sec-websocket-version": "13, 8" }],
  [{ "sec-websocket-key": "" }],
  [{ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ" }],
  [{ "sec-websocket-key": "dGhlIHNhbXBsZQ==" }],
  [{ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZR==" }],
])("%p does not", (changes) => {
  expect(asks(changes)).toBe(false);
});

test.each(["HEAD", "POST"])("no %s request is an upgrade", (method) => {
  expect(asks({}, method)).toBe(false);
});

test("whoever does not ask for one is told which version there is", () => {
  const { status, headers } = upgradeRequired();
  expect([status, headers.get("sec-websocket-version")]).toEqual([426, "13"]);
});

test.each([
  ["http://signalbox.test/ws/%2Fa?b=%20#c", "/ws/%2Fa", "?b=%20"],
  ["http://[::1]:8081/", "/", ""],
  ["http://signalbox.test:8081", "/", ""],
  ["http://signalbox.test/a//b/../c", "/a//c", ""],
])("the address of %s has its path and query, and not its host", (address, path, query) => {
  const { host, pathname, search } = urlOf(new Request(address));
  expect([host, pathname, search]).toEqual(["localhost", path, query]);
});

test.each([
  ["/ws/a?b=c", "/ws/a", "?b=c"],
  ["http://not a host/ws/a?b=c", "/ws/a", "?b=c"],
  ["//a/b", "//a/b", ""],
])("a request whose address is %s has a path all the same", (url, path, query) => {
  const { pathname, search } = urlOf({ url } as Request);
  expect([pathname, search]).toEqual([path, query]);
});
