// Measures our server beside others, and writes what came of it to docs/: `make bench-peers`. Each is measured in one run
// with ours, in turn, each in a process of its own; ratios are those of one run, per second of server CPU.
//
// bun test/peers/run.ts [--seconds 4] [--rounds 5] [--windows 1,4,16] [--check]
// --check compares the ratios with those in docs/comparison.json, and fails if one has fallen beyond noise.

import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { binary, root } from "../support/paths.ts";
import { chart } from "./charts.ts";
import { type Contender, contenders } from "./contenders.ts";
import { Results, type Row } from "./results.ts";

const Figures = v.object({ deliveredPerCpuSecond: v.number(), errors: v.number() });

const Report = v.object({
  date: v.string(),
  bun: v.string(),
  cpu: v.object({ model: v.string(), threads: v.number() }),
  results: v.tuple([
    v.object({
      medians: v.tuple([
        v.object({ target: v.string(), figures: Figures }),
        v.object({ target: v.string(), figures: Figures }),
      ]),
      ratio: v.object({
        ofMedians: v.number(),
        ofRounds: v.object({ min: v.number(), median: v.number(), max: v.number() }),
      }),
    }),
  ]),
});

const jsonPath = `${root}/docs/comparison.json`;

/** How far a ratio may fall below the last one before that is a loss: runs on one machine differ by as much. */
const noise = 0.1;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "4" },
    rounds: { type: "string", default: "5" },
    windows: { type: "string", default: "1,4,16" },
    check: { type: "boolean", default: false },
  },
});

const output = (command: readonly string[]): string =>
  Bun.spawnSync([...command], { cwd: root })
    .stdout.toString()
    .trim();

async function measure({ protocol, command }: Contender, window: string) {
  const parameters = ["bench", "relay", "--json", "--protocol", protocol, "--window", window];
  parameters.push("--seconds", values.seconds, "--rounds", values.rounds);
  if (command !== undefined) parameters.push("--against", command);
  const bench = Bun.spawn([binary, ...parameters], { stdout: "pipe", stderr: "inherit" });
  return v.parse(Report, JSON.parse(await bench.stdout.text()));
}

function rowOf(
  { name, protocol }: Contender,
  window: string,
  report: v.InferOutput<typeof Report>,
): Row {
  const [{ medians, ratio }] = report.results;
  const [ours, theirs] = medians;
  if (ours.figures.errors + theirs.figures.errors > 0)
    throw new Error(`${name}: messages were refused`);
  return {
    name,
    protocol,
    window: Number(window),
    ours: Math.round(ours.figures.deliveredPerCpuSecond),
    theirs: Math.round(theirs.figures.deliveredPerCpuSecond),
    ratio: ratio.ofMedians,
    lowest: ratio.ofRounds.min,
    highest: ratio.ofRounds.max,
  };
}

async function measureAll(): Promise<Results> {
  mkdirSync(`${root}/dist/peers`, { recursive: true });
  const rows: Row[] = [];
  let about: v.InferOutput<typeof Report> | undefined;
  for (const contender of contenders) {
    const problem = contender.prepare?.();
    if (problem !== undefined) {
      process.stderr.write(`not measured: ${contender.name}: ${problem}\n`);
      continue;
    }
    for (const window of values.windows.split(",")) {
      about = await measure(contender, window);
      rows.push(rowOf(contender, window, about));
    }
  }
  if (about === undefined) throw new Error("nothing was measured");
  return {
    date: about.date.slice(0, 10),
    commit: output(["git", "rev-parse", "--short", "HEAD"]),
    bun: about.bun,
    node: output(["node", "--version"]),
    cpu: about.cpu.model,
    threads: about.cpu.threads,
    rows,
  };
}

const grouped = (number: number): string => number.toLocaleString("en-US");

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ name, protocol, window, ours, theirs, ratio, lowest, highest }) =>
      `| ${name} | ${protocol} | ${window} | ${grouped(ours)} | ${grouped(theirs)} | ${ratio.toFixed(2)} (${lowest.toFixed(2)} to ${highest.toFixed(2)}) |`,
  );
  const head = "| beside | protocol | in flight | signalbox | the other | ratio (rounds) |";
  return [head, "|---|---|---:|---:|---:|---|", ...lines].join("\n");
}

const documentOf = (results: Results): string => `# Beside other servers
Messages of 1,200 bytes that are delivered per second of server CPU, between 100 pairs. Each server was measured in one
run with ours, in turn, each in its own process: only the ratios of one line belong together. \`make bench-peers\` does it
again; [the load generator](../src/bench/README.md) has the method.

${results.date}, commit ${results.commit}, Bun ${results.bun}, Node ${results.node}, ${results.threads} threads of ${results.cpu}; ${values.rounds} rounds of ${values.seconds} s.

${tableOf(results.rows)}

![How many times as many messages signalbox delivers as the others](comparison.svg)

The C program parses nothing and knows only pairs: it is the floor that the kernel sets. The barest Bun relay is the floor
that the runtime sets. The Go and Node programs are relays of the topic protocol as most people would write them.
`;

/** @returns what has become slower than it was, in words */
function losses(before: readonly Row[], now: readonly Row[]): readonly string[] {
  return now.flatMap(({ name, window, ratio, highest }) => {
    const last = before.find((row) => row.name === name && row.window === window);
    if (last === undefined || ratio >= last.ratio * (1 - noise) || highest >= last.ratio) return [];
    return [`${name}, ${window} in flight: ${ratio.toFixed(2)}, was ${last.ratio.toFixed(2)}`];
  });
}

const results = await measureAll();
process.stdout.write(`${tableOf(results.rows)}\n`);
if (values.check) {
  const last = v.parse(Results, await Bun.file(jsonPath).json());
  const lost = losses(last.rows, results.rows);
  const verdict =
    lost.length === 0 ? "no slower than before" : `slower than before:\n${lost.join("\n")}`;
  process.stdout.write(`${verdict}\n`);
  process.exitCode = lost.length === 0 ? 0 : 1;
} else {
  await Bun.write(jsonPath, `${JSON.stringify(results, undefined, 2)}\n`);
  await Bun.write(`${root}/docs/comparison.md`, documentOf(results));
  await Bun.write(`${root}/docs/comparison.svg`, chart(results.rows));
}
