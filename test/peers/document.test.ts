// The document and the charts, from results that were made up.

import { expect, test } from "bun:test";
import { root } from "../support/paths.ts";
import { documentsOf } from "./document.ts";
import { growth } from "./growth.ts";
import { comparison, type Part } from "./parts.ts";
import { type PartResult, type Row, resultsOf, textOf, withPart } from "./results.ts";

const spread = { median: 2000, lowest: 1500, highest: 2500 };

const rowsOf = (part: Part): readonly Row[] =>
  part.settings.flatMap(({ name }) => {
    const figures = Object.fromEntries(part.mode.columns.map(({ figure }) => [figure, spread]));
    const row = { setting: name, protocol: "topic", figures };
    const ratio = { median: 2, lowest: 1.5, highest: 2.5 };
    return [
      { ...row, server: "signalbox", ratio: null },
      { ...row, server: "C & <friends>", ratio },
    ];
  });

const resultOf = (part: Part): PartResult => ({
  part: part.name,
  date: "2026-01-02",
  commit: "abcdef0",
  cpu: "a processor",
  threads: 2,
  rounds: 5,
  conditions: "5 × 1 s",
  versions: { signalbox: "Bun 1.4.4" },
  notMeasured: ["nats-server: nats-server is not installed"],
  remarks: [],
  rows: [...rowsOf(part)],
});

test("a part has a table with medians, rounds and ratios, its conditions, and who was not measured", () => {
  const [relay] = comparison;
  const text = documentsOf({ parts: [resultOf(relay!)] }).get("comparison.md") ?? "";
  const said = [
    "| 1 in flight | **signalbox** | topic | 2,000 (1,500 to 2,500) | 2,000.00 | 2,000 |  |",
    "2.00 × (1.50 to 2.50)",
    "2026-01-02, commit abcdef0, 2 threads of a processor",
    "Bun 1.4.4.",
    "Not measured: nats-server: nats-server is not installed.",
    "](comparison/relay.svg)",
  ];
  expect(said.filter((part) => !text.includes(part))).toEqual([]);
  expect(text).not.toContain("## How it grows");
});

test("every part has a chart without a number that is none, and with its names escaped", () => {
  const all = [...comparison, ...growth];
  const documents = documentsOf({ parts: all.map(resultOf) });
  expect([...documents.keys()]).toEqual([
    "comparison.md",
    ...all.map(({ name }) => `comparison/${name}.svg`),
  ]);
  const charts = [...documents].filter(([name]) => name.endsWith(".svg"));
  expect(charts.filter(([, svg]) => /NaN|Infinity|undefined/.test(svg))).toEqual([]);
  expect(charts.filter(([, svg]) => !svg.includes("C &amp; &lt;friends>"))).toEqual([]);
});

test("what was measured of other parts is kept when one is measured again", () => {
  const [one, other] = comparison.map(resultOf);
  const again = { ...one!, date: "2026-03-04" };
  const results = withPart({ parts: [one!, other!] }, again);
  expect(results.parts.map(({ part, date }) => [part, date])).toEqual([
    [other!.part, other!.date],
    [one!.part, "2026-03-04"],
  ]);
  expect(resultsOf(textOf(results))).toEqual(results);
});

test("the document is made of the results beside it", async () => {
  const results = resultsOf(await Bun.file(`${root}/docs/comparison.json`).text());
  for (const [name, text] of documentsOf(results))
    expect(await Bun.file(`${root}/docs/${name}`).text()).toBe(text);
});
