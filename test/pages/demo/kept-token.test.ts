// The token that a tab keeps, where the browser lets it, and where not.

import { afterEach, expect, test } from "bun:test";
import { keepToken, keptToken } from "../../../src/pages/demo/room/kept-token.ts";

const store = (get: () => unknown): void => {
  Object.defineProperty(globalThis, "sessionStorage", { get, configurable: true });
};

afterEach(() => {
  Reflect.deleteProperty(globalThis, "sessionStorage");
});

test("a token is kept for the tab", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  };
  store(() => storage);
  expect(keptToken()).toBe("");
  keepToken("a token");
  expect(keptToken()).toBe("a token");
});

test("where the browser blocks storage there is no token, and the page goes on", () => {
  store(() => {
    throw new DOMException("denied", "SecurityError");
  });
  keepToken("a token");
  expect(keptToken()).toBe("");
});
