// docs/comparison.md and its charts, made from docs/comparison.json alone.

import { formatFigure } from "../../src/bench/mode.ts";
import { chartOf } from "./charts.ts";
import { growth } from "./growth.ts";
import { comparison, type Part } from "./parts.ts";
import type { PartResult, Results, Row, Spread } from "./results.ts";

interface Measured {
  readonly part: Part;
  readonly result: PartResult;
}

/** By their paths in docs/. Parts that were never measured are left out. */
export function documentsOf(results: Results): ReadonlyMap<string, string> {
  const measuredOf = (parts: readonly Part[]): readonly Measured[] =>
    parts.flatMap((part) => {
      const result = results.parts.find(({ part: name }) => name === part.name);
      return result ? [{ part, result }] : [];
    });
  const [beside, grown] = [measuredOf(comparison), measuredOf(growth)];
  const charts = [...beside, ...grown].map(
    ({ part, result }) => [`comparison/${part.name}.svg`, chartOf(part, result)] as const,
  );
  const text = [head, ...beside.map((each) => sectionOf(each, "##")), servers];
  if (grown.length > 0) text.push(growthHead, ...grown.map((each) => sectionOf(each, "###")));
  return new Map([["comparison.md", `${text.join("\n\n")}\n`], ...charts]);
}

const head = `# Beside other servers
Each server runs in a process of its own, beside one load generator. The servers of a part take turns in each round, so that
other work on the machine disturbs all alike: compare figures of one part only. What counts is per second of the server's CPU
time, all threads together: it holds as well where the server was not the one that was busy. They are medians of the rounds, with the
lowest and the highest of the one that counts. The last column says how many times as good signalbox is, by the same
protocol if the other speaks one of ours. \`make bench-peers\` does it again, \`make bench-peers ARGS="--only relay"\` a part
of it; [the load generator](../src/bench/README.md) has the method.`;

const servers = `## Who they are
- The C program parses nothing and knows only pairs: it is the floor that the kernel sets.
- The barest Bun relays are the floor that the runtime sets. One gathers what comes for a client in a turn of the event
  loop and writes it at once, as ours does; the other sends each message as it comes, as most relays do.
- nats-server runs as Debian packages it, with a subject for each client, over WebSocket without TLS.
- The Go and Node programs are relays of the topic protocol as most people would write them.
- y-webrtc's server and PeerServer are those that their projects publish.`;

const growthHead = `## How it grows
Where a curve bends for the barest relay, too, the kernel or the runtime bends it.`;

function sectionOf({ part, result }: Measured, level: string): string {
  const { date, commit, rounds, conditions, threads, cpu, versions, notMeasured, remarks } = result;
  const about = [...new Set(Object.values(versions))];
  const lines = [
    `${level} ${part.title}`,
    part.about,
    "",
    tableOf(part, result.rows),
    "",
    `![${part.title}, for each server](comparison/${part.name}.svg)`,
    "",
    ...(part.bends === undefined ? [] : [part.bends, ""]),
    `${date}, commit ${commit}, ${threads} threads of ${cpu}; ${rounds} rounds. Of the first line: ${conditions}. ${about.join(", ")}.`,
    ...notMeasured.map((text) => `Not measured: ${text}.`),
    ...remarks.filter((text) => !isOfLoad.test(text)).map((text) => `- ${text}`),
  ];
  return lines.join("\n");
}

/** Remarks that the table shows, too: who had time left, and that the load generator had none. */
const isOfLoad = /saturated/;

/** For people, as `make bench-peers` prints it, and for the document. */
export function tableOf(part: Part, rows: readonly Row[]): string {
  const columns = part.figures.map((name) => {
    const column = part.mode.columns.find(({ figure }) => figure === name);
    if (column === undefined) throw new Error(`${part.name} has no figure ${name}`);
    return column;
  });
  const cell = (row: Row, column: (typeof columns)[number]): string => {
    const spread = row.figures[column.figure];
    if (!spread) return "n/a";
    const [median, lowest, highest] = [spread.median, spread.lowest, spread.highest].map((value) =>
      formatFigure(column, { [column.figure]: value }),
    );
    return column.figure === part.compared ? `${median} (${lowest} to ${highest})` : `${median}`;
  };
  const titles = ["", "server", "protocol", ...columns.map(({ title }) => title), "signalbox is"];
  const lines = rows.map((row) => [
    row.setting,
    row.server === "signalbox" ? "**signalbox**" : row.server,
    row.protocol,
    ...columns.map((column) => cell(row, column)),
    row.ratio ? timesOf(row.ratio) : "",
  ]);
  return [titles, ["---", "---", "---", ...columns.map(() => "---:"), "---"], ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

const timesOf = ({ median, lowest, highest }: Spread): string =>
  `${median.toFixed(2)} × (${lowest.toFixed(2)} to ${highest.toFixed(2)})`;
