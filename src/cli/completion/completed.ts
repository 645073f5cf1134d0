// What is completed: a command's options and words, and the values that an option takes.

import { isSwitch, type Option } from "../../options/option.ts";

export interface Completed {
  readonly name: string;
  readonly summary: string;
  /** Words that may follow. */
  readonly words: readonly string[];
  readonly options: readonly Option<unknown>[];
}

/** What stands after an option: nothing, the path of a file, one of some words, or any text. */
export type Value = "none" | "path" | "text" | readonly string[];

export function valueAfter(option: Option<unknown>): Value {
  if (isSwitch(option)) return "none";
  const { placeholder } = option;
  if (placeholder === "path" && (option.fileOf !== undefined || /file$|^config$/.test(option.name)))
    return "path";
  return wordsOf(option) ?? "text";
}

/** The words of `oneOf`. */
function wordsOf({ schema }: Option<unknown>): readonly string[] | undefined {
  const steps: unknown = Reflect.get(schema, "pipe");
  const picked: unknown = Array.isArray(steps)
    ? steps.find((step: { readonly type?: unknown }) => step.type === "picklist")
    : undefined;
  const words: unknown = picked instanceof Object ? Reflect.get(picked, "options") : undefined;
  return Array.isArray(words) ? words.map(String) : undefined;
}

/** A text between single quotes, as zsh and bash read it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
