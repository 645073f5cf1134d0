// The documents' tables, made from what the code declares. `bun run docs` writes them, and a test holds the
// documents to them.

import { benchFlags } from "../../src/bench/flags.ts";
import { floodFlags } from "../../src/bench/flood/flags.ts";
import { needlessFlags, sameFlags } from "../../src/cli/peerserver-flags.ts";
import { groups } from "../../src/cli/serve-options.ts";
import { type CloseReason, closeReasons } from "../../src/core/close.ts";
import { type MetricSpec, metrics } from "../../src/operator/metrics/catalogue.ts";
import { isSwitch, type Option, type OptionGroup, variableOf } from "../../src/options/option.ts";
import { descriptions } from "../../src/protocols/descriptions.ts";
import { protocols } from "../../src/protocols/protocols.ts";
import { resumedElsewhere } from "../../src/protocols/topic/stay.ts";
import { malformed } from "../../src/protocols/topic/wire.ts";
import { asyncapi } from "./asyncapi.ts";
import { root } from "./paths.ts";
import { commonClosesTable, protocolTables } from "./protocol-tables.ts";

/** A table, which stands between two comments that name it. */
interface Table {
  readonly name: string;
  /** The document's path in the project. */
  readonly path: string;
  readonly make: () => string;
}

export const tables: readonly Table[] = [
  { name: "options", path: "docs/configuration.md", make: optionsTables },
  { name: "frames", path: "docs/operating.md", make: framesTable },
  { name: "bench", path: "docs/bench.md", make: benchTable },
  { name: "peerserver", path: "docs/moving.md", make: peerServerTable },
  { name: "metrics", path: "docs/metrics.md", make: metricsTable },
  { name: "closes", path: "docs/client.md", make: closesTable },
  { name: "close codes", path: "docs/operating.md", make: commonClosesTable },
  ...Object.values(descriptions).map((each) => ({
    name: "wire",
    path: `docs/protocols/${each.page}.md`,
    make: () => protocolTables(each),
  })),
];

/** Descriptions for programs, by their paths in the project. */
export const asyncapiFiles: readonly (readonly [path: string, text: string])[] = Object.values(
  descriptions,
).map((each) => [
  `docs/protocols/${each.page}.asyncapi.json`,
  `${JSON.stringify(asyncapi(each), null, 2)}\n`,
]);

export const documentAt = (path: string): Promise<string> => Bun.file(`${root}/${path}`).text();

/** A document with its table as it should be. */
export async function withTable({ name, path, make }: Table): Promise<string> {
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->\n`];
  const [before, rest] = (await documentAt(path)).split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${path} has no ${begin}`);
  return `${before}${begin}${make()}${end}${after}`;
}

function optionsTables(): string {
  return groups.map(groupTable).join("\n");
}

function groupTable({ title, options }: OptionGroup): string {
  const rows = options.map(
    (option) =>
      `| \`${flagOf(option)}\` | \`${variableOf(option)}\` | ${shown(option)} | ${reloaded(option)} | ${option.help} |`,
  );
  const head = ["| flag | variable | default | SIGHUP | what it is |", "|---|---|---|---|---|"];
  return [`## ${title}`, ...head, ...rows, ""].join("\n");
}

const reloaded = ({ isReloaded }: Option<unknown>): string => (isReloaded === true ? "yes" : "");

function framesTable(): string {
  const rows = protocols.flatMap(({ guide, frameLimit }) =>
    frameLimit === undefined
      ? []
      : [`| ${guide.title} | \`--${frameLimit.option.name}\` | ${frameLimit.defaultBytes} bytes |`],
  );
  return `${["| protocol | its own option | if both are unset |", "|---|---|---:|", ...rows].join("\n")}\n`;
}

function metricsTable(): string {
  const entries: readonly (readonly [string, MetricSpec])[] = Object.entries(metrics);
  const rows = entries.map(
    ([name, { type, labels, help }]) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`,
  );
  return `${["| metric | type | labels | what it is |", "|---|---|---|---|", ...rows].join("\n")}\n`;
}

function benchTable(): string {
  const rows = [...benchFlags, ...floodFlags].map(
    (option) => `| \`${flagOf(option)}\` | ${shown(option)} | ${option.help} |`,
  );
  return `${["| flag | default | what it is |", "|---|---|---|", ...rows].join("\n")}\n`;
}

function peerServerTable(): string {
  const same = Object.entries(sameFlags).map(([flag, ours]) => `| \`${flag}\` | \`${ours}\` |`);
  const needless = Object.entries(needlessFlags).map(([flag, what]) => `| \`${flag}\` | ${what} |`);
  return `${["| PeerServer | here |", "|---|---|", ...same, ...needless].join("\n")}\n`;
}

/** With its value, whose name is the unit of most numbers. A table wants bars escaped, even in code. */
const flagOf = (option: Option<unknown>): string =>
  `--${option.name}${isSwitch(option) ? "" : ` <${option.placeholder.replaceAll("|", "\\|")}>`}`;

function shown(option: Option<unknown>): string {
  const text = [option.default].flat().join(", ");
  return text === "" ? "" : `\`${text}\``;
}

/** Why a client of topics is closed. */
const closes: readonly CloseReason[] = [
  ...Object.values(closeReasons),
  malformed,
  resumedElsewhere,
].sort((a, b) => a.code - b.code);

function closesTable(): string {
  const rows = closes.map(
    ({ code, reason, retry = "never" }) => `| ${code} | \`${reason}\` | ${retry} |`,
  );
  return `${["| code | reason | come back |", "|---|---|---|", ...rows].join("\n")}\n`;
}

/** Where the client library has the table of closes. */
export const closesPath = `${root}/src/client/closes.ts`;

/** The same table as code. */
export const closesCode = (): string =>
  [
    "// When to come back, by code and reason of a close. `bun run docs` writes this from the server's own table.",
    "",
    'export const closes: Readonly<Record<string, "now" | "later" | "never">> = {',
    ...closes.map(
      ({ code, reason, retry = "never" }) =>
        `  ${JSON.stringify(`${code} ${reason}`)}: "${retry}",`,
    ),
    "};",
    "",
  ].join("\n");

if (import.meta.main) {
  for (const table of tables) await Bun.write(`${root}/${table.path}`, await withTable(table));
  for (const [path, text] of asyncapiFiles) await Bun.write(`${root}/${path}`, text);
  await Bun.write(closesPath, closesCode());
}
