// Reads options: flags win over environment variables, those over a configuration file, and that over defaults. All
// invalid settings are reported together.

import * as v from "valibot";
import { type Check, file, isSwitch, type Option, type Settings, variableOf } from "./option.ts";

/** What the command line gives, by option name; `true` for a flag without a value. */
export type Given = ReadonlyMap<string, string | true>;

/** A text that an option was given, and by what: `--port`, `PORT`, or `signalbox.toml, line 3: port`. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** What a configuration file says. */
export interface FileEntries {
  /** @returns `undefined` if the file does not set the option */
  sourceOf(option: Option<unknown>): Source | undefined;
}

/** Where the value of an option comes from; `undefined` for its default. */
export type Sources = (option: Option<unknown>) => Source | undefined;

export type Reading =
  | { readonly settings: Settings; readonly sources: Sources }
  | { readonly problems: readonly [string, ...string[]] };

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads all of `options`.
 * @param environment an empty variable counts as unset
 * @param checks conditions on several options together
 * @returns the settings, or a line for each problem, which begins with the flag, the variable or the line of the
 * configuration file that it is about
 */
export function readSettings(
  options: readonly Option<unknown>[],
  flags: Given,
  environment: Environment,
  checks: readonly Check[] = [],
  entries?: FileEntries,
): Reading {
  const levels = [flagLevel(flags), variableLevel(environment), fileLevel(entries)];
  const values = new Map<Option<unknown>, unknown>();
  const sources = new Map<Option<unknown>, Source>();
  const problems: string[] = [];
  for (const declared of options) {
    try {
      const holder = options.find(({ fileOf }) => fileOf === declared);
      const source = sourceOf(declared, holder, levels);
      if (source !== undefined) sources.set(declared, source);
      values.set(declared, source === undefined ? declared.default : parsedFrom(declared, source));
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      problems.push(thrown.message);
    }
  }
  // The one cast: each value came from the schema or the default of the option it is stored under.
  const settings: Settings = <Value>(of: Option<Value>) => values.get(of) as Value;
  for (const check of checks)
    if (check.of.every((each) => values.has(each))) problems.push(...check.problems(settings));
  const [first, ...others] = problems;
  if (first !== undefined) return { problems: [first, ...others] };
  return { settings, sources: (of) => sources.get(of) };
}

class Problem extends Error {}

/** One of the places that options are read from. @throws {Problem} */
type Level = (option: Option<unknown>) => Source | undefined;

const flagLevel =
  (flags: Given): Level =>
  (option) => {
    const name = `--${option.name}`;
    const given = flags.get(option.name);
    const text = given === true && isSwitch(option) ? "true" : given;
    if (text === true) throw new Problem(`${name} needs a value: <${option.placeholder}>`);
    return text === undefined ? undefined : { name, text };
  };

const variableLevel =
  (environment: Environment): Level =>
  (option) => {
    const name = variableOf(option);
    const text = environment[name];
    return text === undefined || text === "" ? undefined : { name, text };
  };

const fileLevel =
  (entries: FileEntries | undefined): Level =>
  (option) =>
    entries?.sourceOf(option);

/** A source whose text was read from the file that an option with `fileOf` names. */
interface HeldSource extends Source {
  readonly path: string;
}

/**
 * The first level that gives the option, or the file that holds it, counts.
 * @param holder the option that names such a file
 * @throws {Problem}
 */
function sourceOf(
  declared: Option<unknown>,
  holder: Option<unknown> | undefined,
  levels: readonly Level[],
): Source | HeldSource | undefined {
  for (const level of levels) {
    const own = level(declared);
    const held = holder === undefined ? undefined : heldBy(holder, level);
    if (own !== undefined && held !== undefined)
      throw new Problem(`${own.name} and ${held.name} cannot both be set`);
    if (own !== undefined) return own;
    if (held !== undefined) return { ...held, path: held.text, text: textIn(held) };
  }
  return undefined;
}

/** What is wrong with the name of the file is reported for its own option. */
function heldBy(holder: Option<unknown>, level: Level): Source | undefined {
  try {
    const source = level(holder);
    return source?.text === "" ? undefined : source;
  } catch {
    return undefined;
  }
}

function textIn(source: Source): string {
  const read = v.safeParse(file(), source.text);
  if (!read.success) throw problemWith(read.issues[0].message, source);
  return read.output.replace(/\r?\n$/, "");
}

function parsedFrom(declared: Option<unknown>, source: Source | HeldSource): unknown {
  const parsed = v.safeParse(declared.schema, source.text, { abortPipeEarly: true });
  if (parsed.success) return parsed.output;
  const { message } = parsed.issues[0];
  if ("path" in source) throw new Problem(`${source.name}: the text of ${source.path} ${message}`);
  throw declared.isSecret === true
    ? new Problem(`${source.name} ${message}`)
    : problemWith(message, source);
}

const problemWith = (message: string, { name, text }: Source): Problem =>
  new Problem(`${name} ${message}, not "${text}"`);
