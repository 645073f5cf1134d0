// Completion for fish: a line for each command, and for each option of a command.

import type { Option } from "../../options/option.ts";
import { type Completed, valueAfter } from "./completed.ts";

export function fishCompletion(commands: readonly Completed[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const lines = commands.flatMap(({ name, summary, words, options }) => {
    // The server's options also follow no command at all.
    const others = commands.flatMap((each) => (each.name === "serve" ? [] : [each.name]));
    const when =
      name === "serve"
        ? `not __fish_seen_subcommand_from ${others.join(" ")}`
        : `__fish_seen_subcommand_from ${name}`;
    return [
      `complete -c signalbox -n __fish_use_subcommand -a ${name} -d ${fishQuoted(summary)}`,
      ...(words.length === 0
        ? []
        : [`complete -c signalbox -n ${fishQuoted(when)} -a ${fishQuoted(words.join(" "))}`]),
      ...options.map((option) => `complete -c signalbox -n ${fishQuoted(when)} ${flag(option)}`),
    ];
  });
  return [
    "# Completes signalbox in fish. Written by `signalbox completion fish`.",
    `# Commands: ${names}`,
    "complete -c signalbox -f",
    ...lines,
  ].join("\n");
}

function flag(option: Option<unknown>): string {
  const value = valueAfter(option);
  const about = `-l ${option.name} -d ${fishQuoted(option.help)}`;
  if (value === "none") return about;
  if (value === "path") return `${about} -r -F`;
  return value === "text" ? `${about} -x` : `${about} -x -a ${fishQuoted(value.join(" "))}`;
}

/** In fish, a backslash between single quotes escapes a quote or a backslash. */
const fishQuoted = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;
