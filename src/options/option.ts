// What an option is: a name, from which its flag and its environment variable follow, a schema, a default and a
// line of help. Each option is declared next to the code that uses it.

import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import * as v from "valibot";

export interface Option<Value> {
  /** Like `max-frame-bytes`: the flag is `--max-frame-bytes`, the variable `MAX_FRAME_BYTES`. */
  readonly name: string;
  /** Shown for the value in the help: `bytes`. */
  readonly placeholder: string;
  /** Turns the text of a flag or variable into the value. Its messages end a sentence: `must be …`. */
  readonly schema: v.GenericSchema<string, Value>;
  readonly default: Value;
  readonly help: string;
  /** Never print the value, not even in an error message. */
  readonly isSecret?: true;
  /** Its environment variable, if the name does not give it. */
  readonly variable?: string;
  /** SIGHUP puts a new value into force. A new value of another option needs a restart. */
  readonly isReloaded?: true;
  /** Its value is a list: an array in a configuration file. */
  readonly isList?: true;
  /** The option is the path of a file that holds the value of this other one: see `fileWith`. */
  readonly fileOf?: Option<unknown>;
}

/** Options that belong together, in the help and in the documents' tables. */
export interface OptionGroup {
  /** What `signalbox help` finds it by: `rooms`. */
  readonly name: string;
  readonly title: string;
  /** In the order in which they are shown. */
  readonly options: readonly Option<unknown>[];
  /** The environment does not set them. */
  readonly isFlagsOnly?: true;
}

/** Returns the value of an option, as it was read at start. */
export type Settings = <Value>(option: Option<Value>) => Value;

/** A condition on several options together. */
export interface Check {
  /** The check is skipped if one of these is invalid by itself. */
  readonly of: readonly Option<unknown>[];
  /** @returns a line for the user for each condition that does not hold */
  readonly problems: (settings: Settings) => readonly string[];
}

/** The environment variable of an option. */
export const variableOf = (option: { readonly name: string; readonly variable?: string }): string =>
  option.variable ?? option.name.replaceAll("-", "_").toUpperCase();

/** Whether its flag alone means true, with no value. */
export const isSwitch = (option: Option<unknown>): boolean => typeof option.default === "boolean";

/** A whole number between two bounds, both allowed. */
export function integer(min: number, max: number): v.GenericSchema<string, number> {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

/** One of a few words. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(
  words: Words,
): v.GenericSchema<string, Words[number]> =>
  v.pipe(v.string(), v.picklist(words, `must be one of ${words.join(", ")}`));

/** `true` or `1`, `false` or `0`: environments use both forms. */
export const boolean = (): v.GenericSchema<string, boolean> =>
  v.pipe(
    v.string(),
    v.picklist(["true", "false", "1", "0"], "must be true or false"),
    v.transform((word) => word === "true" || word === "1"),
  );

/** Whether a text is an address for HTTP, with or without TLS. */
export const isHttpUrl = (given: string): boolean => /^https?:/i.test(given) && URL.canParse(given);

export const httpUrl = (): v.GenericSchema<string, URL> =>
  v.pipe(
    v.string(),
    v.check(isHttpUrl, "must be like https://…"),
    v.transform((given) => new URL(given)),
  );

/** Any text that is not empty. */
export const text = (): v.GenericSchema<string, string> =>
  v.pipe(v.string(), v.nonEmpty("must not be empty"));

/**
 * A comma-separated list. Spaces around items are left out.
 * @param isItem whether an item is valid; `message` says what it must be
 */
export const list = (
  isItem: (item: string) => boolean = () => true,
  message = "must be a comma-separated list",
): v.GenericSchema<string, readonly string[]> =>
  v.pipe(
    v.string(),
    v.transform((given) => given.split(",").map((item) => item.trim())),
    v.check((items) => items.every((item) => item !== "" && isItem(item)), message),
  );

/** Whether `.` and `..`, wildcards of routes and what ends or encodes a path in an address are left out. */
const isPlainSegment = (segment: string): boolean => !/^\.{1,2}$|^[:*]|[?#%\\\p{C}]/u.test(segment);

/** The path of a route. Slashes at its beginning and end do not count. */
export const path = (): v.GenericSchema<string, string> =>
  v.pipe(
    v.string(),
    v.check(
      (given) => given.split("/").every(isPlainSegment),
      "must be a path like /peerjs, without . and .. and without ?, #, %, \\ and wildcards",
    ),
  );

/** One segment of such a path. */
export const pathSegment = (): v.GenericSchema<string, string> =>
  v.pipe(
    v.string(),
    v.check(
      (given) => given !== "" && !given.includes("/") && isPlainSegment(given),
      "must be one segment of a path, without ?, #, %, \\ and wildcards",
    ),
  );

/**
 * The option that names a file with the value of a secret: `--jwt-secret-file` for `--jwt-secret`. Put it beside the
 * secret in its group. The value is the path; the secret itself is the value of the other option.
 */
export const fileWith = (secret: Option<unknown>): Option<string | undefined> => ({
  name: `${secret.name}-file`,
  placeholder: "path",
  schema: text(),
  default: undefined,
  help: `file that holds --${secret.name}; a line break at its end is ignored`,
  fileOf: secret,
  ...(secret.isReloaded === true && { isReloaded: true }),
});

/** The path of a file. The value is the file's text. */
export const file = (): v.GenericSchema<string, string> =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      let bytes: Buffer;
      try {
        bytes = readFileSync(dataset.value);
      } catch {
        addIssue({ message: "must be a file that can be read" });
        return NEVER;
      }
      // Bytes that are not UTF-8 all become the same character: a binary secret would be easy to guess.
      if (isUtf8(bytes)) return bytes.toString("utf8");
      addIssue({ message: "must be a UTF-8 text file" });
      return NEVER;
    }),
  );
