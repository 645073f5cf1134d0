import { expect, test } from "bun:test";
import { closeReasons } from "../../src/core/close.ts";
import { describeEnd } from "../../src/observe/connection-end.ts";

test("an end that the server made has its words", () => {
  expect(describeEnd(1006, "whatever", closeReasons.slow)).toEqual({
    by: "server",
    code: closeReasons.slow.code,
    reason: closeReasons.slow.reason,
  });
});

test("an end that the network made has Bun's words", () => {
  expect(describeEnd(1006, "Received too big message", undefined)).toEqual({
    by: "network",
    code: 1006,
    reason: "Received too big message",
  });
});

test("an end that the client made has its code, and none of its words", () => {
  expect(describeEnd(4001, "forged\nline", undefined)).toEqual({ by: "client", code: 4001 });
});
