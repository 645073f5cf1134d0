// What a command is: data, from which follow how its command line is read, its help and the list of commands.

import type { Check, OptionGroup, Settings } from "../options/option.ts";
import type { Sources } from "../options/settings.ts";

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** In the order in which the help shows them. */
  readonly groups: readonly OptionGroup[];
  /** Conditions on several options together. */
  readonly checks?: readonly Check[];
  /** Which words may follow the command's name; none if absent. */
  readonly words?: Words;
  /** It runs if no command is given. */
  readonly isDefault?: true;
  /** For this program itself: the help does not list it. */
  readonly isHidden?: true;
  /** @throws {UsageError} or {ExitError} what the user is told */
  run(invocation: Invocation): Promise<void> | void;
}

export interface Words {
  /** As the help shows them: `[mode...]`. */
  readonly usage: string;
  /** The words that may be meant by one that is not taken. */
  readonly known: readonly string[];
  takes(word: string): boolean;
}

/** A command as it was given. */
export interface Invocation {
  readonly settings: Settings;
  readonly sources: Sources;
  /** Reads the environment and all files again. */
  readAgain(): { readonly settings: Settings } | { readonly problems: readonly string[] };
  /** Each is one that the command takes. */
  readonly words: readonly string[];
  /** Everything after the command's name, as it was written. */
  readonly args: readonly string[];
}
