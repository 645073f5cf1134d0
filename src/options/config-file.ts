// The configuration file: TOML, with a table for each group of options. It is read only if it is named.

import * as v from "valibot";
import { suggestion } from "./nearest.ts";
import { file, type Option, type OptionGroup, text } from "./option.ts";
import type { FileEntries, Source } from "./settings.ts";
import { linesOf, parseToml, TomlError } from "./toml.ts";

export const configFile: Option<string | undefined> = {
  name: "config",
  variable: "SIGNALBOX_CONFIG",
  placeholder: "path",
  schema: text(),
  default: undefined,
  help: "TOML file with any of these options, in a table for each group; signalbox config --default prints one",
};

/** Characters of the longest file that is read. All options with their explanations are 30 KB. */
const maxLength = 262_144;

/** What stands in a file, and what is wrong with it. What is wrong with a value for its option is found later. */
export interface ConfigFile {
  readonly entries: FileEntries;
  readonly problems: readonly string[];
}

/** Options that a file may set, by the name of a group. */
export type Table = Pick<OptionGroup, "name" | "options">;

export const tablesOf = (groups: readonly OptionGroup[]): readonly Table[] =>
  groups
    .filter(({ isFlagsOnly }) => isFlagsOnly !== true)
    .map(({ name, options }) => ({
      name,
      options: options.filter((option) => option !== configFile),
    }));

/**
 * @param source names the file
 * @param groups all that may stand in a file, even if the command at hand does not read them
 */
export function readConfigFile(
  { name, text: path }: Source,
  groups: readonly OptionGroup[],
): ConfigFile {
  const nothing: FileEntries = { sourceOf: () => undefined };
  const read = v.safeParse(file(), path);
  if (!read.success) {
    const problem = `${name} ${read.issues[0].message}, not "${path}"`;
    return { entries: nothing, problems: [problem] };
  }
  if (read.output.length > maxLength)
    return { entries: nothing, problems: [`${path} is too long for a configuration file`] };
  try {
    return new Contents(path, read.output, groups);
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw thrown;
    const problem = `${path}, line ${thrown.line}: ${thrown.message}`;
    return { entries: nothing, problems: [problem] };
  }
}

class Contents implements ConfigFile {
  readonly problems: string[] = [];
  readonly #path: string;
  readonly #text: string;
  readonly #tables: readonly Table[];
  readonly #values = new Map<string, { readonly key: string; readonly text: string }>();
  #lines: ReadonlyMap<string, number> | undefined;

  /** @throws {TomlError} */
  constructor(path: string, contents: string, groups: readonly OptionGroup[]) {
    this.#path = path;
    this.#text = contents;
    this.#tables = tablesOf(groups);
    for (const [name, value] of Object.entries(parseToml(contents))) this.#readTable(name, value);
  }

  get entries(): FileEntries {
    return { sourceOf: (option) => this.#sourceOf(option.name) };
  }

  #sourceOf(name: string): Source | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const { key, text: given } = value;
    const place = (): string => this.#place(key);
    // The line is looked for only when somebody asks.
    return {
      text: given,
      get name() {
        return place();
      },
    };
  }

  #readTable(name: string, value: unknown): void {
    const table = this.#tables.find((each) => each.name === name);
    const home = this.#tableWith(name);
    const names = this.#tables.map((each) => each.name);
    if (table === undefined && home !== undefined) this.#wrong(name, `belongs in [${home}]`);
    else if (table === undefined)
      this.#wrong(name, `is no table of options${suggestion(name, names)}`);
    else if (!isTable(value)) this.#wrong(name, "must be a table");
    else for (const [key, one] of Object.entries(value)) this.#readValue(table, key, one);
  }

  #readValue(table: Table, key: string, value: unknown): void {
    const at = `${table.name}.${key}`;
    const option = table.options.find((each) => each.name === key);
    if (option === undefined) return this.#wrong(at, this.#unknown(table, key));
    const given = textOf(option, value);
    if (given.kind === "problem") this.#wrong(at, given.text);
    else this.#values.set(key, { key: at, text: given.text });
  }

  /** Why there is no such key in a table. Names of options are often asked for without what they begin with. */
  #unknown(table: Table, key: string): string {
    if (key === configFile.name) return "cannot be set in the file itself";
    const home = this.#tableWith(key);
    if (home !== undefined) return `belongs in [${home}]`;
    const whole = table.options.find(({ name }) => name.endsWith(`-${key}`))?.name;
    if (whole !== undefined) return `is no option; did you mean ${whole}?`;
    const all = this.#tables.flatMap(({ options }) => options.map(({ name }) => name));
    const shown = (near: string) => `${near} in [${this.#tableWith(near)}]`;
    return `is no option${suggestion(key, all, shown)}`;
  }

  /** The table that an option belongs in. */
  #tableWith(key: string): string | undefined {
    return this.#tables.find(({ options }) => options.some(({ name }) => name === key))?.name;
  }

  #wrong(key: string, problem: string): void {
    this.problems.push(`${this.#place(key)} ${problem}`);
  }

  /** @param key `server.port` */
  #place(key: string): string {
    this.#lines ??= linesOf(this.#text);
    const last = key.slice(key.indexOf(".") + 1);
    const line = this.#lines.get(key);
    return line === undefined ? `${this.#path}: ${last}` : `${this.#path}, line ${line}: ${last}`;
  }
}

const isTable = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type Given = { readonly kind: "text" | "problem"; readonly text: string };

/** The value as a flag would give it. */
function textOf(option: Option<unknown>, value: unknown): Given {
  if (Array.isArray(value)) return listOf(option, value);
  const one = scalar(value);
  return one === undefined
    ? { kind: "problem", text: "must be a text, a number, true or false" }
    : { kind: "text", text: one };
}

function listOf({ isList }: Option<unknown>, values: readonly unknown[]): Given {
  if (isList !== true) return { kind: "problem", text: "takes one value, not an array" };
  const items = values.map(scalar);
  const isFit = items.length > 0 && items.every((item) => item !== undefined && !/,/.test(item));
  return isFit
    ? { kind: "text", text: items.join(",") }
    : { kind: "problem", text: "must be an array of texts without commas, and not empty" };
}

const scalar = (value: unknown): string | undefined =>
  ["string", "number", "bigint", "boolean"].includes(typeof value) ? String(value) : undefined;
