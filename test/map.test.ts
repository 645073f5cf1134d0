import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { root } from "./support/paths.ts";

test("the map names every folder and file at the top of src", async () => {
  const map = await Bun.file(`${root}/src/README.md`).text();
  const entries = readdirSync(`${root}/src`, { withFileTypes: true })
    .filter(({ name }) => name !== "README.md")
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  expect(entries.filter((entry) => !map.includes(`\n  ${entry}`))).toEqual([]);
});
