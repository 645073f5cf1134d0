import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { root } from "../support/paths.ts";

/** Folders of src/protocols that several protocols share. */
const shared = ["json"];

test("every protocol has its contract, in a file that is named after its folder", () => {
  const folders = readdirSync(`${root}/src/protocols`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !shared.includes(entry.name))
    .map(({ name }) => name);
  const missing = folders.filter((name) => !existsSync(`${import.meta.dir}/protocols/${name}.ts`));
  expect({ count: folders.length > 0, missing }).toEqual({ count: true, missing: [] });
});
