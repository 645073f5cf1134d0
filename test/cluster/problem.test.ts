import { expect, test } from "bun:test";
import { describeProblem } from "../../src/cluster/problem.ts";

const withCode = (code: string) => Object.assign(new Error("hunter2"), { code });

test.each([
  ["ECONNREFUSED", withCode("ECONNREFUSED")],
  ["WRONGPASS", new Error("WRONGPASS invalid username-password pair or user is disabled.")],
  ["TIMEOUT", new Error("Socket timeout. Expecting data, but didn't receive any in 2000ms.")],
  ["TypeError", new TypeError("hunter2 is no function")],
  ["Error", withCode("")],
  ["unknown", "hunter2"],
])("a problem is told in a word that is safe to log: %s", (word, error) => {
  expect(describeProblem(error)).toBe(word);
});
