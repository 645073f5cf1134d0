// Performs a command: reads its command line, the environment and the configuration file, reports all problems together,
// and runs it.

import { type ConfigFile, configFile, readConfigFile } from "../options/config-file.ts";
import { suggestion } from "../options/nearest.ts";
import { variableOf } from "../options/option.ts";
import { type Environment, type Reading, readSettings } from "../options/settings.ts";
import type { Command } from "./command.ts";
import { type CommandLine, readCommandLine } from "./command-line.ts";
import { commonOptions, helpFlag, versionFlag } from "./common-options.ts";
import { UsageError } from "./exit.ts";
import { helpText } from "./help-text.ts";
import { misspeltVariables } from "./misspelt-variables.ts";
import { insteadOf } from "./peerserver-flags.ts";
import { print } from "./print.ts";
import { versionText } from "./version.ts";

/** The settings of a command, and where they come from. */
type ValidReading = Extract<Reading, { settings: unknown }>;

/**
 * @param args what stands after the command's name
 * @param commands all commands
 */
export async function perform(
  command: Command,
  args: readonly string[],
  commands: readonly Command[],
): Promise<void> {
  const line = readLine(command, args);
  if (line.given.has(helpFlag.name)) return print(helpText(command, commands));
  if (line.given.has(versionFlag.name)) return print(versionText);
  // The workers have the environment of their parent, which has said this already.
  if (command.isHidden !== true) warn(misspeltVariables(process.env, variablesOf(command)));
  const read = () => readingOf(command, line, process.env, commands);
  await command.run({ ...read(), readAgain: () => orProblems(read), words: line.words, args });
}

export function readLine({ groups, words }: Command, args: readonly string[]): CommandLine {
  const options = [...groups, commonOptions].flatMap((group) => group.options);
  return readCommandLine(args, options, (word) => words?.takes(word) ?? false);
}

/** What a function returns, or the problems that it throws. */
function orProblems<Value>(read: () => Value): Value | { readonly problems: readonly string[] } {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof UsageError) return { problems: thrown.problems };
    throw thrown;
  }
}

/** @throws {UsageError} with all problems of the command line, of the environment and of the configuration file */
export function readingOf(
  command: Command,
  line: CommandLine,
  environment: Environment,
  commands: readonly Command[],
): ValidReading {
  const { groups, checks } = command;
  const options = groups.flatMap((group) => group.options);
  const read = Object.fromEntries(variablesOf(command).map((name) => [name, environment[name]]));
  const named = options.includes(configFile) ? configFileOf(line, read, commands) : undefined;
  const reading = readSettings(options, line.given, read, checks, named?.entries);
  const problems = [...strays(command, line, commands), ...(named?.problems ?? [])];
  if ("problems" in reading) throw new UsageError([...problems, ...reading.problems]);
  if (problems.length > 0) throw new UsageError(problems);
  return reading;
}

/** The configuration file that is named, if one is. What is wrong with its name is reported with the other options. */
function configFileOf(
  { given }: CommandLine,
  environment: Environment,
  commands: readonly Command[],
): ConfigFile | undefined {
  const named = readSettings([configFile], given, environment);
  const source = "settings" in named ? named.sources(configFile) : undefined;
  if (source === undefined) return undefined;
  // The tables are those of the server, whichever command reads them.
  const tables = commands.flatMap(({ isDefault, groups }) => (isDefault === true ? groups : []));
  return readConfigFile(source, tables);
}

const variablesOf = ({ groups }: Command): readonly string[] =>
  groups
    .filter(({ isFlagsOnly }) => isFlagsOnly !== true)
    .flatMap(({ options }) => options.map(variableOf));

function warn(warnings: readonly string[]): void {
  for (const warning of warnings) process.stderr.write(`signalbox: ${warning}\n`);
}

/** The parts of a command line that do not belong there. */
function strays(
  { groups, words, isDefault }: Command,
  line: CommandLine,
  commands: readonly Command[],
): readonly string[] {
  const flags = [...groups, commonOptions].flatMap(({ options }) =>
    options.map(({ name }) => `--${name}`),
  );
  // Who writes flags of PeerServer wants to serve PeerJS.
  const instead = (flag: string) => (isDefault === true ? insteadOf(flag) : undefined);
  const commandNames = commands.flatMap(({ name, isHidden }) => (isHidden === true ? [] : name));
  const known = isDefault === true ? commandNames : (words?.known ?? []);
  return [
    ...line.unknown.map((flag) => {
      const other = instead(flag);
      return `unknown option ${flag}${other === undefined ? suggestion(flag, flags) : `: ${other}`}`;
    }),
    ...line.words
      .filter((word) => words?.takes(word) !== true)
      .map((word) =>
        commandNames.includes(word)
          ? `${word} is a command, and must come before all options: signalbox ${word}`
          : `unknown command or argument ${word}${suggestion(word, known)}`,
      ),
  ];
}
