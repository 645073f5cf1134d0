// Tests that need a program which this machine may lack: they are skipped and the reason is said, but
// where CI=true they run all the same, and fail.

import { describe } from "bun:test";
import { existsSync } from "node:fs";

/** `describe` where there is a program at `path` or CI=true, else `describe.skip`. */
export function describeWith(path: string, name: string): typeof describe {
  if (existsSync(path) || process.env["CI"] === "true") return describe;
  process.stderr.write(`skipped: these tests need ${name}, which is not at ${path}\n`);
  return describe.skip as typeof describe;
}
