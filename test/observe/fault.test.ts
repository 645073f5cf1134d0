import { expect, test } from "bun:test";
import { describeFault } from "../../src/observe/fault.ts";

const secret = "candidate:1 1 udp 1 192.0.2.1";

function fail(depth: number): never {
  if (depth > 0) fail(depth - 1);
  throw new TypeError(secret);
}

test("a fault is told by its name and where it was thrown, and never by its message", () => {
  try {
    fail(20);
  } catch (error) {
    const { error: name, stack } = describeFault(error);
    expect([name, stack.length]).toEqual(["TypeError", 8]);
    expect(stack.every((call) => /^at .*fault\.test\.ts:\d+/.test(call))).toBe(true);
    expect(JSON.stringify(describeFault(error))).not.toContain(secret);
  }
});

test("a message of several lines does not get into the stack", () => {
  const error = new Error(`${secret}\n${secret}`);
  expect(JSON.stringify(describeFault(error))).not.toContain(secret);
});

test("a message that looks like a stack does not get into it", () => {
  const error = new Error(`${secret}\n    at ${secret} (secret.ts:1:1)\n    at more`);
  const { stack } = describeFault(error);
  expect(stack[0]).toMatch(/^at .*fault\.test\.ts:\d+/);
  expect(JSON.stringify(stack)).not.toContain(secret);
});

test("what is thrown and is no error is told by its type", () => {
  expect([secret, undefined, { secret }].map((thrown) => describeFault(thrown))).toEqual([
    { error: "string", stack: [] },
    { error: "undefined", stack: [] },
    { error: "object", stack: [] },
  ]);
});

test("an error without a stack is told by its name", () => {
  const error = new RangeError(secret);
  delete error.stack;
  expect(describeFault(error)).toEqual({ error: "RangeError", stack: [] });
});
