// What the pages are made of, read while the program is built. These functions are Bun macros:
// import them `with { type: "macro" }`, and a call is replaced by the text that it returns, so
// that neither the sources nor the bundler are needed where the binary runs.
// (Bun's own HTML imports would serve the pages too, but could not carry a security policy.)

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/**
 * Bundles browser code into one minified script.
 * `entry` is relative to this folder. Throws what the bundler said if that fails.
 */
export function bundle(entry: string): string {
  const { success, stdout, stderr } = Bun.spawnSync(
    [process.execPath, "build", "--target=browser", "--minify", resolve(import.meta.dir, entry)],
    { env: { ...process.env, BUN_BE_BUN: "1" } },
  );
  if (!success) throw new Error(`bundling ${entry} failed: ${stderr.toString()}`);
  return stdout.toString();
}

/** Reads a file as it is, its path relative to this folder. */
export function text(file: string): string {
  return readFileSync(resolve(import.meta.dir, file), "utf8");
}
