// Names of topics and of users in the log.

import { expect, test } from "bun:test";
import { loggedName } from "../../src/observe/names.ts";

test("a name is a hash that anybody can make who knows it, as it is, or nothing", () => {
  // printf %s my-room | sha256sum | cut -c1-12
  expect(loggedName("my-room", "hash")).toBe("5651f488d8bf");
  expect(loggedName("my-room", "plain")).toBe("my-room");
  expect(loggedName("my-room", "none")).toBeUndefined();
});

test("a name as it is has nothing that a terminal obeys, or that looks like another line", () => {
  expect(loggedName("a\u001b[31m\n\u2028\u202e\ud800é", "plain")).toBe(
    "a\ufffd[31m\ufffd\ufffd\ufffd\ufffdé",
  );
});
