// What the documents say of options, and where their links lead.

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { asyncapiFiles, documentAt, tables, withTable } from "./support/documents.ts";
import { root } from "./support/paths.ts";

test.each(tables)(
  "the table $name of $path is as the code declares it (bun run docs writes it)",
  async (table) => {
    expect(await documentAt(table.path)).toBe(await withTable(table));
  },
);

test.each(asyncapiFiles)(
  "%s is as the code declares it (bun run docs writes it)",
  async (path, text) => {
    expect(await documentAt(path)).toBe(text);
  },
);

/** Every document, by its path in the project. */
const paths = ["*.md", "docs/**/*.md", "src/**/*.md"].flatMap((pattern) => [
  ...new Bun.Glob(pattern).scanSync({ cwd: root }),
]);

/** A document without its blocks of code, where `#` begins a comment and brackets are nobody's link. */
const prose = (text: string): string => text.replaceAll(/^```.*?^```/gms, "");

/** What a heading is called in an address. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- _]/gu, "")
    .replaceAll(" ", "-");

async function anchorsIn(path: string): Promise<readonly string[]> {
  const headings = prose(await documentAt(path)).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = ""]) => anchorOf(heading));
}

/** The links of a document that lead nowhere, of those that stay in the project. */
async function brokenLinks(path: string): Promise<readonly string[]> {
  const links = prose(await documentAt(path)).matchAll(/\]\(([^)\s]+)\)/g);
  const broken: string[] = [];
  for (const [, link = ""] of links) {
    if (/^[a-z]+:/.test(link)) continue;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : relative(root, resolve(root, dirname(path), file));
    const leads =
      existsSync(`${root}/${target}`) &&
      (anchor === undefined || (await anchorsIn(target)).includes(anchor));
    if (!leads) broken.push(link);
  }
  return broken;
}

test.each(paths)("all links of %s lead somewhere", async (path) => {
  expect(await brokenLinks(path)).toEqual([]);
});

test("README leads to every document", async () => {
  const readme = await documentAt("README.md");
  const documents = paths.filter((path) => path.startsWith("docs/"));
  expect(documents).not.toEqual([]);
  expect(documents.filter((path) => !readme.includes(`](${path})`))).toEqual([]);
});

test("README can be read in ten minutes", async () => {
  expect((await documentAt("README.md")).split("\n").length).toBeLessThanOrEqual(200);
});
