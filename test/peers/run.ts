// Measures our server beside others, and writes what came of it to docs/: `make bench-peers`.
//
// bun test/peers/run.ts [--only relay,growth] [--rounds 5] [--seconds 1] [--check | --document]
// --only       these parts; `growth` is all whose names begin with it. What was measured of other parts is kept
// --check      writes nothing: compares the ratios with those of the last release, and fails if one has fallen beyond noise
// --document   measures nothing: writes docs/comparison.md and its charts from docs/comparison.json

import { parseArgs } from "node:util";
import { root } from "../support/paths.ts";
import { check } from "./check.ts";
import { documentsOf, tableOf } from "./document.ts";
import { growth } from "./growth.ts";
import { type Measuring, measure } from "./measure.ts";
import { comparison, type Part } from "./parts.ts";
import { type Results, resultsOf, textOf, withPart } from "./results.ts";

const path = "docs/comparison.json";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string" },
    seconds: { type: "string" },
    check: { type: "boolean", default: false },
    document: { type: "boolean", default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const interrupt = new AbortController();
process.on("SIGINT", () => interrupt.abort());
process.on("SIGTERM", () => interrupt.abort());

const measuring: Measuring = {
  changes: {
    ...(values.rounds !== undefined && { rounds: Number(values.rounds) }),
    ...(values.seconds !== undefined && { seconds: Number(values.seconds) }),
  },
  signal: interrupt.signal,
  progress: (line) => void process.stderr.write(`${line}\n`),
};

/** Those that are asked for. A check leaves out growth, which is beside nobody but the floor. */
function chosen(): readonly Part[] {
  const all = [...comparison, ...growth];
  if (values.only === undefined) return values.check ? comparison : all;
  const words = values.only.split(",").map((word) => word.trim());
  const isOf = (word: string) => (part: Part) =>
    part.name === word || part.name.startsWith(`${word}-`);
  const unknown = words.filter((word) => !all.some(isOf(word)));
  if (unknown.length > 0)
    throw new Error(`no part ${unknown.join(", ")}: ${all.map(({ name }) => name).join(", ")}`);
  return all.filter((part) => words.some((word) => isOf(word)(part)));
}

const written = Bun.file(`${root}/${path}`);

async function writeDocuments(results: Results): Promise<void> {
  for (const [name, text] of documentsOf(results)) await Bun.write(`${root}/docs/${name}`, text);
}

/** Writes after each part, so that what was measured is kept if a later part fails. @returns whether none did */
async function compare(): Promise<boolean> {
  let results: Results = (await written.exists()) ? resultsOf(await written.text()) : { parts: [] };
  let isWhole = true;
  for (const part of chosen()) {
    try {
      const result = await measure(part, measuring);
      say(`\n${part.title}\n${tableOf(part, result.rows)}`);
      results = withPart(results, result);
      await Bun.write(written, textOf(results));
      await writeDocuments(resultsOf(textOf(results)));
    } catch (error) {
      interrupt.signal.throwIfAborted();
      isWhole = false;
      say(`${part.name} could not be measured: ${error instanceof Error ? error.message : error}`);
    }
  }
  return isWhole;
}

const git = (...words: readonly string[]): string =>
  Bun.spawnSync(["git", ...words], { cwd: root })
    .stdout.toString()
    .trim();

/** The results of the last release, or the last that were committed if there is none that has some. */
function lastResults(): Results {
  const release = git("describe", "--tags", "--abbrev=0", "--match=v*");
  for (const version of [release, "HEAD"]) {
    const text = version === "" ? "" : git("show", `${version}:${path}`);
    if (text === "") continue;
    say(`compared with ${path} of ${version}`);
    return resultsOf(text);
  }
  throw new Error(`there is no ${path} to compare with`);
}

async function main(): Promise<boolean> {
  if (values.check) {
    const measureSome = async (part: Part, settings?: ReadonlySet<string>) => {
      const result = await measure(part, { ...measuring, ...(settings && { settings }) });
      say(`${part.title}\n${tableOf(part, result.rows)}`);
      return result;
    };
    return await check(lastResults(), chosen(), measureSome, say);
  }
  if (!values.document) return await compare();
  await writeDocuments(resultsOf(await written.text()));
  return true;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
