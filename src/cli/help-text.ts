// What the help looks like: commands and options in groups, two columns each, within 100 columns.

import { description } from "../../package.json";
import { isSwitch, type Option, type OptionGroup, variableOf } from "../options/option.ts";
import type { Command } from "./command.ts";
import { commonOptions, shortFlags } from "./common-options.ts";
import { wrap } from "./wrap.ts";

/** Columns of a line. */
const width = 100;

/** Something to explain, and the explanation. */
type Row = readonly [term: string, text: string];

/** @param commands the help of the command that is the default lists all of them */
export function helpText(command: Command, commands: readonly Command[]): string {
  const { summary, groups, isDefault } = command;
  return [
    wrap(isDefault === true ? description : sentence(summary), width).join("\n"),
    usageOf(command),
    ...(isDefault === true ? [commandList(commands)] : []),
    ...[...groups, commonOptions].map(groupText),
    ...(isDefault === true ? [endOf(command)] : []),
  ].join("\n\n");
}

export function groupText({ title, options, isFlagsOnly }: OptionGroup): string {
  const rows = options.map((option) => optionRow(option, isFlagsOnly === true));
  return table(title, rows);
}

const sentence = (summary: string): string =>
  `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;

function usageOf({ name, words, isDefault }: Command): string {
  if (isDefault === true) return "Usage: signalbox [command] [options]";
  return ["Usage: signalbox", name, "[options]", words?.usage ?? ""].join(" ").trimEnd();
}

function commandList(commands: readonly Command[]): string {
  const listed = commands.filter(({ isHidden }) => isHidden !== true);
  return table(
    "Commands",
    listed.map(({ name, summary, words }) => [`${name} ${words?.usage ?? ""}`.trimEnd(), summary]),
  );
}

const endOf = ({ groups }: Command): string =>
  wrap(
    "Flags win over environment variables, those over the configuration file, and that over defaults. " +
      "`signalbox help` with the name " +
      `of a command or of a group explains that one: ${groups.map(({ title }) => title.toLowerCase()).join(", ")}.`,
    width,
  ).join("\n");

/** An option with its value; what it is, its variable and its default. */
export function optionRow(option: Option<unknown>, isFlagOnly: boolean): Row {
  const variable = isFlagOnly ? "" : variableOf(option);
  const standard = isFlagOnly && isSwitch(option) ? "" : [option.default].flat().join(", ");
  const notes = [variable, standard && `default ${standard}`].filter((note) => note !== "");
  return [
    `${flagOf(option)} ${shownValue(option, isFlagOnly)}`.trimEnd(),
    notes.length === 0 ? option.help : `${option.help} (${notes.join(", ")})`,
  ];
}

function flagOf({ name }: Option<unknown>): string {
  const short = Object.keys(shortFlags).find((letter) => shortFlags[letter] === name);
  return short === undefined ? `--${name}` : `-${short}, --${name}`;
}

function shownValue(option: Option<unknown>, isFlagOnly: boolean): string {
  if (!isSwitch(option)) return `<${option.placeholder}>`;
  return isFlagOnly ? "" : `[${option.placeholder}]`;
}

function table(title: string, rows: readonly Row[]): string {
  const termWidth = Math.max(...rows.map(([term]) => term.length));
  const lines = rows.flatMap(([term, text]) =>
    wrap(text, width - termWidth - 4).map(
      (line, at) => `  ${(at === 0 ? term : "").padEnd(termWidth)}  ${line}`,
    ),
  );
  return [`${title}:`, ...lines].join("\n");
}
