// A server of another release: our sources with some texts replaced, run by Bun. An older executable cannot be built from a
// clone, and one that is kept would be of one platform.

import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./paths.ts";

/** A text in a file of the project, and what stands there instead. */
export interface Difference {
  readonly file: string;
  readonly ours: string;
  readonly theirs: string;
}

export class OtherRelease implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "release-"));

  /** @throws if a text is not there */
  constructor(differences: readonly Difference[]) {
    for (const name of [
      "src",
      "docs",
      "deploy",
      "package.json",
      "README.md",
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "SECURITY.md",
    ])
      cpSync(join(root, name), join(this.#folder, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(this.#folder, "node_modules"));
    for (const { file, ours, theirs } of differences) {
      const path = join(this.#folder, file);
      const text = readFileSync(path, "utf8");
      if (!text.includes(ours)) throw new Error(`${file} has no ${ours}`);
      writeFileSync(
        path,
        text.replace(ours, () => theirs),
      );
    }
  }

  /** Stands before our executable on a command line, which it takes the place of. */
  get prefix(): readonly string[] {
    return ["/bin/sh", "-c", `exec '${process.execPath}' '${this.#folder}/src/main.ts' "$@"`];
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
