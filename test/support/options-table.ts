// README's tables of options, made from their declarations. `bun run readme` writes them, and a test holds
// README to them.

import { benchFlags } from "../../src/bench/flags.ts";
import { floodFlags } from "../../src/bench/flood/flags.ts";
import { groups } from "../../src/cli/serve-options.ts";
import { isSwitch, type Option, type OptionGroup, variableOf } from "../../src/options/option.ts";
import { protocols } from "../../src/protocols/protocols.ts";
import { root } from "./paths.ts";

const path = `${root}/README.md`;

export const readme = (): Promise<string> => Bun.file(path).text();

/** README with its tables as they should be. */
export function withTables(text: string): string {
  const tables = { options: optionsTables(), frames: framesTable(), bench: benchTable() };
  return Object.entries(tables).reduce((made, [name, table]) => withTable(made, name, table), text);
}

function withTable(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->\n`];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`README has no ${begin}`);
  return `${before}${begin}${table}${end}${after}`;
}

const optionsTables = (): string => groups.map(groupTable).join("\n");

function groupTable({ title, options }: OptionGroup): string {
  const rows = options.map(
    (option) =>
      `| \`${flagOf(option)}\` | \`${variableOf(option)}\` | ${shown(option)} | ${option.help} |`,
  );
  const head = ["| flag | variable | default | what it is |", "|---|---|---|---|"];
  return [`#### ${title}`, ...head, ...rows, ""].join("\n");
}

function framesTable(): string {
  const rows = protocols.flatMap(({ guide, frameLimit }) =>
    frameLimit === undefined
      ? []
      : [`| ${guide.title} | \`--${frameLimit.option.name}\` | ${frameLimit.defaultBytes} bytes |`],
  );
  return `${["| protocol | its own option | if both are unset |", "|---|---|---:|", ...rows].join("\n")}\n`;
}

function benchTable(): string {
  const rows = [...benchFlags, ...floodFlags].map(
    (option) => `| \`${flagOf(option)}\` | ${shown(option)} | ${option.help} |`,
  );
  return `${["| flag | default | what it is |", "|---|---|---|", ...rows].join("\n")}\n`;
}

/** With its value, whose name is the unit of most numbers. A table wants bars escaped, even in code. */
const flagOf = (option: Option<unknown>): string =>
  `--${option.name}${isSwitch(option) ? "" : ` <${option.placeholder.replaceAll("|", "\\|")}>`}`;

function shown(option: Option<unknown>): string {
  const text = [option.default].flat().join(", ");
  return text === "" ? "" : `\`${text}\``;
}

if (import.meta.main) await Bun.write(path, withTables(await readme()));
