// Takes a command line apart: what was given for which option, and what is left. Nothing is refused here, so
// that all problems can be reported together.

import { parseArgs } from "node:util";
import { isSwitch, type Option } from "../options/option.ts";
import type { Given } from "../options/settings.ts";
import { shortFlags } from "./common-options.ts";

export interface CommandLine {
  readonly given: Given;
  readonly words: readonly string[];
  /** Flags that belong to no option, without their values. */
  readonly unknown: readonly string[];
}

/** A part of the command line: a word, or a flag with the value that is attached to it. */
type Part = { readonly index: number } & (
  | { readonly word: string }
  | { readonly flag: string; readonly name: string; readonly value: string | undefined }
);

/**
 * Reads `--name value`, `--name=value`, `-n value` and `-nvalue`; everything after `--` is a word. A value that
 * begins with a dash must be attached, unless it is a negative number. The last one of repeated flags counts.
 * @param takes whether the command takes a word: a switch leaves such a word to the command
 */
export function readCommandLine(
  args: readonly string[],
  options: readonly Option<unknown>[],
  takes: (word: string) => boolean,
): CommandLine {
  const given = new Map<string, string | true>();
  const words: string[] = [];
  const unknown: string[] = [];
  /** Takes the word after a flag that has no value yet. */
  let waiting: { readonly index: number; take(word: string): boolean } | undefined;
  for (const part of partsOf(args)) {
    const { index } = part;
    if ("word" in part) {
      const isTaken = waiting?.index === index - 1 && waiting.take(part.word);
      if (!isTaken) words.push(part.word);
      waiting = undefined;
      continue;
    }
    const option = options.find(({ name }) => name === part.name);
    if (option === undefined) unknown.push(part.flag);
    else given.set(option.name, part.value ?? true);
    const take = (word: string): boolean => {
      // The value of an unknown flag is not a problem of its own.
      if (option === undefined) return true;
      if (isSwitch(option) && takes(word)) return false;
      given.set(option.name, word);
      return true;
    };
    waiting = part.value === undefined ? { index, take } : undefined;
  }
  return { given, words, unknown };
}

function partsOf(args: readonly string[]): readonly Part[] {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens.flatMap((token, at): Part | readonly Part[] => {
    const { kind, index } = token;
    const text = args[index] ?? "";
    // The letters of `-p80` are tokens of their own, with one index.
    if (kind === "option-terminator" || tokens[at - 1]?.index === index) return [];
    if (kind === "positional" || /^-\d/.test(text)) return { index, word: text };
    if (text.startsWith("--"))
      return { index, flag: token.rawName, name: token.name, value: token.value };
    const value = text.length > 2 ? text.slice(2).replace(/^=/, "") : undefined;
    return { index, flag: token.rawName, name: shortFlags[token.name] ?? token.name, value };
  });
}
