// A string that is kept must not keep the message that it was cut from. Measured in a process of its own.

import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { ownString } from "../../src/core/own-string.ts";

const program = resolve(import.meta.dir, "own-string-program.ts");

/** For a machine that is busy with something else. */
const timeoutMs = 60_000;

const megabyte = 1 << 20;

/** The bytes of memory that a process takes for what it keeps of so many messages of 60 KB. */
async function keptOf(what: string, count: number): Promise<number> {
  const { stdout, exited } = Bun.spawn([process.execPath, program, what, `${count}`], {
    stdout: "pipe",
  });
  const [bytes, kept] = (await stdout.text()).split(" ").map(Number);
  // It takes in some more, before it measures.
  expect([await exited, kept! >= count]).toEqual([0, true]);
  return bytes!;
}

test(
  "a slice keeps all of what it was cut from: the measure sees it",
  async () => {
    expect(await keptOf("slice", 2000)).toBeGreaterThan(100 * megabyte);
  },
  timeoutMs,
);

// Without the copy each of them keeps 170 MB or more.
test.each([
  ["ownString", 3_000],
  ["topicName", 3_000],
  ["memberId", 3_000],
  ["reference of a topic's relay", 3_000],
  ["reference of a session's relay", 3_000],
  ["reference of a room's relay", 3_000],
  ["id that is claimed", 3_000],
  ["frame in the waiting room", 3_000],
  ["message in the waiting room", 3_000],
  ["key of a queue in the waiting room", 3_000],
  ["frame that waits for a slow peer", 3_000],
  ["metadata of a member", 3_000],
])(
  "%s: %i of them keep nothing of the messages that they were cut from",
  async (what, count) => {
    expect(await keptOf(what, count)).toBeLessThan(64 * megabyte);
  },
  timeoutMs,
);

describe("a string of its own", () => {
  test.each([
    "",
    "a",
    "ann-1",
    "é",
    "€",
    "🐙",
    "\u0000\ufeff\uffff",
    "\ud800",
    "\udc00\ud800",
    "a\ud83d",
    "__proto__",
    "é€".repeat(20),
  ])("is the same text: %p", (text) => {
    const cut = `before ${text} after`.slice(7, 7 + text.length);
    expect([ownString(cut), ownString(text)]).toEqual([text, text]);
  });
});
