import { expect, test } from "bun:test";
import {
  asksForSocket,
  refusedHandshake,
  upgradeRequired,
  urlOf,
} from "../../../src/server/http/request.ts";

const right = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** @param changes an empty value takes a header away */
function asked(changes: Record<string, string>, method = "GET") {
  const headers = Object.entries({ ...right, ...changes }).filter(([, value]) => value !== "");
  return asksForSocket(new Request("http://signalbox.test/ws/a", { method, headers }));
}

test.each([
  [{}],
  [{ upgrade: "WebSocket" }],
  [{ upgrade: "h2c, websocket" }],
  [{ connection: "keep-alive, Upgrade" }],
  [{ connection: "upgrade" }],
  [{ "sec-websocket-version": " 13\t" }],
  [{ "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" }],
  [{ "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAB==" }],
  [{ "sec-websocket-key": "+/+/+/+/+/+/+/+/+/+/+/==" }],
])("%p asks for a WebSocket", (changes) => {
  expect(asked(changes)).toBe("yes");
});

test.each([
  [{ upgrade: "" }, "no-upgrade"],
  [{ upgrade: "h2c" }, "no-upgrade"],
  [{ upgrade: "websockets" }, "no-upgrade"],
  [{ connection: "" }, "no-upgrade"],
  [{ connection: "keep-alive" }, "no-upgrade"],
  [{ connection: "keep-alive", upgrade: "", "sec-websocket-version": "" }, "no-upgrade"],
  [{ connection: "close", upgrade: "", "sec-websocket-key": "" }, "no-upgrade"],
  [{ "sec-websocket-version": "" }, "bad-version"],
  [{ "sec-websocket-version": "8" }, "bad-version"],
  [{ "sec-websocket-version": "13, 8" }, "bad-version"],
  [{ "sec-websocket-version": "13, 13" }, "bad-version"],
  [{ "sec-websocket-key": "" }, "bad-key"],
  [{ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ" }, "bad-key"],
  [{ "sec-websocket-key": "dGhlIHNhbXBsZQ==" }, "bad-key"],
  [{ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZTE=" }, "bad-key"],
  [{ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZ-==" }, "bad-key"],
] as const)("%p asks for one in a wrong way: %s", (changes, problem) => {
  expect(asked(changes)).toBe(problem);
});

test("HEAD asks for one in a wrong way", () => {
  expect(asked({}, "HEAD")).toBe("bad-method");
});

const nothing = { upgrade: "", "sec-websocket-version": "", "sec-websocket-key": "" };

test.each([
  [{ ...nothing, connection: "" }],
  [{ ...nothing, connection: "keep-alive" }],
  [{ ...nothing, connection: "Upgrade, HTTP2-Settings", upgrade: "h2c" }],
])("%p asks for none", (changes) => {
  expect(asked(changes)).toBe("no");
});

test.each([
  ["bad-method", 426],
  ["no-upgrade", 426],
  ["bad-version", 426],
  ["bad-key", 400],
] as const)(
  "for %s the answer is %d, and one of 426 says which version there is",
  (problem, status) => {
    const answer = refusedHandshake(problem);
    expect([answer.status, answer.headers.get("sec-websocket-version")]).toEqual([
      status,
      status === 426 ? "13" : null,
    ]);
  },
);

test("whoever asks plainly is told which version there is", () => {
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
