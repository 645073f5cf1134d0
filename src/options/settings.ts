// Reads options: flags win over environment variables, and those over defaults. All invalid settings are reported
// together.

import * as v from "valibot";
import { type Check, isSwitch, type Option, type Settings, variableOf } from "./option.ts";

/** What the command line gives, by option name; `true` for a flag without a value. */
export type Given = ReadonlyMap<string, string | true>;

export type Reading =
  | { readonly settings: Settings }
  | { readonly problems: readonly [string, ...string[]] };

/**
 * Reads all of `options`.
 * @param environment an empty variable counts as unset
 * @param checks conditions on several options together
 * @returns the settings, or a line for each problem, which begins with the flag or variable it is about
 */
export function readSettings(
  options: readonly Option<unknown>[],
  flags: Given,
  environment: Readonly<Record<string, string | undefined>>,
  checks: readonly Check[] = [],
): Reading {
  const values = new Map<Option<unknown>, unknown>();
  const problems: string[] = [];
  for (const declared of options) {
    const value = readOption(declared, flags, environment);
    if (value instanceof Problem) problems.push(value.message);
    else values.set(declared, value);
  }
  // The one cast: each value came from the schema or the default of the option it is stored under.
  const settings: Settings = <Value>(of: Option<Value>) => values.get(of) as Value;
  for (const check of checks)
    if (check.of.every((each) => values.has(each))) problems.push(...check.problems(settings));
  const [first, ...others] = problems;
  return first === undefined ? { settings } : { problems: [first, ...others] };
}

class Problem extends Error {}

function readOption(
  declared: Option<unknown>,
  flags: Given,
  environment: Readonly<Record<string, string | undefined>>,
): unknown {
  const flag = flags.get(declared.name);
  const source = flag === undefined ? variableOf(declared) : `--${declared.name}`;
  const given = flag === true && isSwitch(declared) ? "true" : (flag ?? environment[source]);
  if (given === true) return new Problem(`${source} needs a value: <${declared.placeholder}>`);
  if (given === undefined || (given === "" && flag === undefined)) return declared.default;
  const parsed = v.safeParse(declared.schema, given, { abortPipeEarly: true });
  if (parsed.success) return parsed.output;
  const shown = declared.isSecret === true ? "" : `, not "${given}"`;
  return new Problem(`${source} ${parsed.issues[0].message}${shown}`);
}
