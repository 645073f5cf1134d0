// Between commander and the options: flags are declared from the table, and what is left over on the
// command line becomes problems that name the nearest right word.

import { type Command, Option as Flag } from "commander";
import { closest, distance } from "fastest-levenshtein";
import { type Check, type Option, type Settings, variableOf } from "../options/option.ts";
import { type Given, readSettings } from "../options/settings.ts";

/** The command line or the environment is wrong: every problem is a line for the user. */
export class UsageError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Edits up to which another word is taken for what was meant. */
const maxEdits = 3;

/**
 * Gives `command` a flag for each option. Wrong input is left for `settingsOf`, to be told at once.
 * @param source whether the environment sets them too, which the help then says
 */
export function addOptions(
  command: Command,
  options: readonly Option<unknown>[],
  source: "flags" | "flags and environment",
): Command {
  for (const option of options) {
    const variable = source === "flags" ? "" : variableOf(option);
    const standard = `${option.default ?? ""}`;
    const notes = [variable, standard && `default ${standard}`]
      .filter((note) => note !== "")
      .join(", ");
    const help = notes === "" ? option.help : `${option.help} (${notes})`;
    command.addOption(new Flag(flagOf(option), help));
  }
  return command
    .allowUnknownOption()
    .allowExcessArguments()
    .configureHelp({ optionTerm: ({ flags }) => flags.replace("[", "<").replace("]", ">") });
}

/** The part of a command's help that lists its options. */
export const optionsHelp = (command: Command): string =>
  command.helpInformation().split("Options:\n")[1] ?? "";

// In brackets commander takes a value for optional, and a missing one can be told with the rest.
const flagOf = (option: Option<unknown>): string => `--${option.name} [${option.placeholder}]`;

/**
 * Reads the options of a command that was given.
 * @param environment variables by name; none where the command has flags only
 * @param words what may stand on the command line beside flags
 * @param checks what must hold between the options
 * @throws UsageError with every problem there is
 */
export function settingsOf(
  command: Command,
  options: readonly Option<unknown>[],
  environment: Readonly<Record<string, string | undefined>>,
  words: readonly string[] = [],
  checks: readonly Check[] = [],
): Settings {
  const reading = readSettings(options, givenFlags(command, options), environment, checks);
  const names = command.options.flatMap(({ long }) => long ?? []);
  const problems = strays(command.args, words, [...names, "--help"]);
  if ("problems" in reading) throw new UsageError([...problems, ...reading.problems]);
  if (problems.length > 0) throw new UsageError(problems);
  return reading.settings;
}

function givenFlags(command: Command, options: readonly Option<unknown>[]): Given {
  const given = new Map<string, string | true>();
  for (const option of options) {
    const value: unknown = command.getOptionValue(new Flag(flagOf(option)).attributeName());
    if (typeof value === "string" || value === true) given.set(option.name, value);
  }
  return given;
}

/** What commander found no place for. The value of an unknown flag is not a problem of its own. */
function strays(
  left: readonly string[],
  words: readonly string[],
  names: readonly string[],
): readonly string[] {
  const unknown = left.filter((word) => word.startsWith("-"));
  if (unknown.length > 0)
    return unknown.map((word) => {
      const [name = word] = word.split("=");
      return `unknown option ${name}${suggestion(name, names)}`;
    });
  return left
    .filter((word) => !words.includes(word))
    .map((word) => `unknown command or argument ${word}${suggestion(word, words)}`);
}

/** `; did you mean …?` where one of `words` is near. */
export function suggestion(word: string, words: readonly string[]): string {
  if (words.length === 0) return "";
  const nearest = closest(word, [...words]);
  return distance(word, nearest) <= maxEdits ? `; did you mean ${nearest}?` : "";
}
