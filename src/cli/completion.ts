// `signalbox completion`: what a shell needs to complete commands and options, made from their tables.

import type { Command } from "./command.ts";
import { commonOptions } from "./common-options.ts";
import { bashCompletion } from "./completion/bash.ts";
import type { Completed } from "./completion/completed.ts";
import { fishCompletion } from "./completion/fish.ts";
import { zshCompletion } from "./completion/zsh.ts";
import { UsageError } from "./exit.ts";
import { print } from "./print.ts";

const shells: Readonly<Record<string, (commands: readonly Completed[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

const names = Object.keys(shells);

/** @param all gives all commands, this one among them */
export const completion = (all: () => readonly Command[]): Command => ({
  name: "completion",
  summary: "print what bash, zsh or fish needs to complete commands and options",
  groups: [],
  words: { usage: "<shell>", known: names, takes: (word) => names.includes(word) },
  run({ words }) {
    const [shell = "", ...others] = words;
    const write = shells[shell];
    if (write === undefined || others.length > 0)
      throw new UsageError([`completion needs the name of one shell: ${names.join(", ")}`]);
    print(write(completed(all())));
  },
});

const completed = (commands: readonly Command[]): readonly Completed[] =>
  commands
    .filter(({ isHidden }) => isHidden !== true)
    .map(({ name, summary, groups, words }) => ({
      name,
      summary,
      words: words?.known ?? [],
      options: [...groups, commonOptions].flatMap(({ options }) => options),
    }));
