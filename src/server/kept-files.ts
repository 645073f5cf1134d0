// Files that are open for nothing, so that there are some when they are short.

import { closeSync, openSync } from "node:fs";

export class KeptFiles {
  readonly #count: number;
  #files: number[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  keep(): void {
    try {
      while (this.#files.length < this.#count) this.#files.push(openSync("/dev/null", "r"));
    } catch {
      // There are fewer than that.
    }
  }

  release(): void {
    for (const file of this.#files) closeSync(file);
    this.#files = [];
  }
}
