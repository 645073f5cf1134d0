// `signalbox help`: explains all, one command, or one group of the server's options.

import { suggestion } from "../options/nearest.ts";
import type { Command } from "./command.ts";
import { UsageError } from "./exit.ts";
import { groupText, helpText } from "./help-text.ts";
import { print } from "./print.ts";

/** @param all gives all commands, this one among them */
export const helpCommand = (all: () => readonly Command[]): Command => ({
  name: "help",
  summary: "explain a command, or one group of the server's options",
  groups: [],
  words: { usage: "[command or group]", known: [], takes: () => true },
  run({ words }) {
    const commands = all();
    const [word, ...others] = words;
    if (others.length > 0) throw new UsageError(["help explains one command or group at a time"]);
    print(word === undefined ? explainAll(commands) : explain(word, commands));
  },
});

const explainAll = (commands: readonly Command[]): string =>
  commands
    .filter(({ isDefault }) => isDefault === true)
    .map((command) => helpText(command, commands))
    .join("\n");

function explain(word: string, commands: readonly Command[]): string {
  const command = commands.find(({ name }) => name === word);
  if (command !== undefined) return helpText(command, commands);
  const groups = commands.flatMap((each) => (each.isDefault === true ? each.groups : []));
  const asked = word.toLowerCase();
  const group = groups.find(({ name, title }) => [name, title.toLowerCase()].includes(asked));
  if (group !== undefined) return groupText(group);
  const known = [...commands, ...groups].map(({ name }) => name);
  throw new UsageError([`unknown command or group ${word}${suggestion(word, known)}`]);
}
