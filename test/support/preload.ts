// Before the tests: builds the binary that many of them start, where it is missing or older than what it
// is made of. After them: ends what they share.

import { afterAll } from "bun:test";
import { Glob } from "bun";
import { binary, root } from "./paths.ts";
import { endShared } from "./shared.ts";

const sources = ["package.json", "bun.lock", ...new Glob("src/**/*").scanSync(root)];
const modified = (path: string): number => Bun.file(path).lastModified;
const built = (await Bun.file(binary).exists()) ? modified(binary) : 0;

if (sources.some((path) => modified(`${root}/${path}`) > built)) {
  const build = Bun.spawnSync([process.execPath, "run", "build"], { cwd: root, stderr: "pipe" });
  if (build.exitCode !== 0) throw new Error(`the build failed:\n${build.stderr}`);
}

afterAll(endShared);
