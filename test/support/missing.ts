// Tests that need a program which this machine may lack: they are skipped and the reason is said, but
// where CI=true they run all the same, and fail.

import { describe } from "bun:test";
import { existsSync } from "node:fs";

/** Whether to run tests that need a program at `path`; where not, the reason is said. */
export function isThere(path: string | null, name: string): boolean {
  if ((path !== null && existsSync(path)) || process.env["CI"] === "true") return true;
  process.stderr.write(
    `skipped: some tests need ${name}, which is not ${path ? `at ${path}` : "installed"}\n`,
  );
  return false;
}

/** `describe` where there is a program at `path` or CI=true, else `describe.skip`. */
export function describeWith(path: string | null, name: string): typeof describe {
  return isThere(path, name) ? describe : (describe.skip as typeof describe);
}
