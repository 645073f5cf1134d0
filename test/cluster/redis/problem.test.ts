import { expect, test } from "bun:test";
import { describeProblem, isRedirection, isRefusal } from "../../../src/cluster/redis/problem.ts";

const withCode = (code: string) => Object.assign(new Error("hunter2"), { code });

const sentinels = (last: string) =>
  new Error(`All sentinels are unreachable. Retrying from scratch after 20ms. Last error: ${last}`);

test.each([
  ["SENTINELS", sentinels("Connection is closed.")],
  ["SENTINELS", sentinels("ERR No such master with that name")],
  ["NOAUTH", sentinels("NOAUTH Authentication required.")],
  ["ECONNREFUSED", withCode("ECONNREFUSED")],
  ["WRONGPASS", new Error("WRONGPASS invalid username-password pair or user is disabled.")],
  ["TIMEOUT", new Error("Socket timeout. Expecting data, but didn't receive any in 2000ms.")],
  ["TypeError", new TypeError("hunter2 is no function")],
  ["Error", withCode("")],
  ["unknown", "hunter2"],
])("a problem is told in a word that is safe to log: %s", (word, error) => {
  expect(describeProblem(error)).toBe(word);
});

test.each([
  ["MOVED 3999 127.0.0.1:6381", [true, true]],
  ["ASK 3999 127.0.0.1:6381", [true, true]],
  ["TRYAGAIN Multiple keys request during rehashing of slot", [true, true]],
  ["CLUSTERDOWN The cluster is down", [false, true]],
  ["NOPERM this user has no permissions", [false, true]],
])(
  "an answer of Redis is a refusal, and may say that another is to be asked: %s",
  (message, is) => {
    const error = Object.assign(new Error(message), { name: "ReplyError" });
    const other = new Error(message);
    expect([
      [isRedirection(error), isRefusal(error)],
      [isRedirection(other), isRefusal(other)],
    ]).toEqual([is, [false, false]]);
  },
);
