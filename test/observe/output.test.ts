import { afterAll, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Output } from "../../src/observe/output.ts";

const folder = mkdtempSync(join(tmpdir(), "output-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** More than any of these tests needs. */
const flushMs = 60_000;

/** What has arrived when everything is written or lost. */
async function written(act: (output: Output) => unknown): Promise<string> {
  const path = join(folder, "log");
  const descriptor = openSync(path, "w");
  const output = new Output(descriptor);
  await act(output);
  await output.flush(flushMs);
  closeSync(descriptor);
  return Bun.file(path).text();
}

test("lines are written in order, and nothing is written twice", async () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `line ${index} é\n`);
  const text = await written(async (output) => {
    for (const line of lines.slice(0, 500)) output.write(line);
    await output.flush(flushMs);
    for (const line of lines.slice(500)) output.write(line);
  });
  expect(text).toBe(lines.join(""));
});

test("what is beyond the bound is lost, and what comes later is not", async () => {
  const full = `${"x".repeat(1_048_575)}\n`;
  const text = await written(async (output) => {
    // On its way at once: it does not count as waiting.
    output.write("first\n");
    for (const line of [full, "lost\n"]) output.write(line);
    await output.flush(flushMs);
    output.write("later\n");
  });
  expect(text === `first\n${full}later\n`).toBe(true);
});

test("a reader that is gone is written to no more, and flushing does not wait for it", async () => {
  // Open for reading only, so that every write fails as to a pipe that was closed.
  const descriptor = openSync(import.meta.path, "r");
  const output = new Output(descriptor);
  output.write("to nobody\n");
  output.write("nor this\n");
  await output.flush(flushMs);
  output.write("nor that\n");
  expect(await output.flush(flushMs)).toBeUndefined();
  closeSync(descriptor);
});
