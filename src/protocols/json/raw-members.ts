// Reads members of a JSON object as raw text. What the server passes on must stay unchanged to the last digit, and
// to pass a payload on, nothing of it needs to be built. A quick scan accepts texts that are clearly valid JSON, in
// less time than `JSON.parse` and without building anything. `isJson` decides about all other texts.

import {
  checkValue,
  type Found,
  isUnusual,
  type Key,
  nowhere,
  scan,
  skipSpace,
  skipValue,
} from "./scan.ts";
import { isJson } from "./valid.ts";

const quote = 34;
const openBrace = 123;
const closeBrace = 125;

/** The members of an object that are read. */
export interface Outline {
  readonly keys: readonly Key[];
  /** A result in which no member was found. */
  readonly blank: readonly undefined[];
}

/**
 * Says which members `rawMembers` reads. It returns them in this order, and the members of a member after it.
 * @param names of members at the top level; `[name, names]` also reads members of this member
 */
export function outline(
  ...names: readonly (string | readonly [name: string, within: readonly string[]])[]
): Outline {
  let place = 0;
  const key = (name: string): Key => ({ name, place: place++, within: [] });
  const keys = names.map((entry) => {
    if (typeof entry === "string") return key(entry);
    const [name, within] = entry;
    return { ...key(name), within: within.map(key) };
  });
  return { keys, blank: Array<undefined>(place).fill(undefined) };
}

/**
 * Reads members of an object.
 * @returns their values as written, in the order of the outline, or `undefined` if `text` is not a JSON object. If a
 * key is repeated, the last one counts, as in `JSON.parse`.
 */
export function rawMembers(
  text: string,
  { keys, blank }: Outline,
): readonly (string | undefined)[] | undefined {
  const values: (string | undefined)[] = blank.slice();
  const keep: Found = (place, start, end) => {
    values[place] = start === nowhere ? undefined : text.slice(start, end);
  };
  if (!isUnusual(text) && scan(text, keys, checkValue, keep)) return values;
  return isObject(text) && scan(text, keys, skipValue, keep) ? values : undefined;
}

/**
 * Whether a key of the outline stands twice, so that two readers of the text may take different values of it.
 * @param text a JSON object, as `rawMembers` has found it to be
 */
export function hasRepeatedKey(text: string, { keys }: Outline): boolean {
  const seen = new Set<number>();
  let isRepeated = false;
  scan(text, keys, skipValue, (place, start) => {
    if (start === nowhere) return;
    isRepeated ||= seen.has(place);
    seen.add(place);
  });
  return isRepeated;
}

/**
 * Counts the members of an object at its top level. A repeated key counts each time.
 * @param text a JSON object: `rawMembers` has read it
 */
export function memberCount(text: string): number {
  let count = 0;
  const pass = (within: string, start: number): number => {
    count++;
    return skipValue(within, start);
  };
  scan(text, [], pass, () => undefined);
  return count;
}

/**
 * Sets a member at the top level of an object. Everything else stays as it is written.
 * @param text a JSON object: `rawMembers` has read it
 * @param raw the value, as JSON
 * @returns the text with this value wherever the key occurs, or else as the last member
 */
export function withMember(text: string, key: string, raw: string): string {
  let result = "";
  let copied = 0;
  scan(text, outline(key).keys, skipValue, (_, start, end) => {
    result += text.slice(copied, start) + raw;
    copied = end;
  });
  if (copied > 0) return result + text.slice(copied);
  const end = text.lastIndexOf("}");
  const isEmpty = text.charCodeAt(skipSpace(text, text.indexOf("{") + 1)) === closeBrace;
  return `${text.slice(0, end)}${isEmpty ? "" : ","}${JSON.stringify(key)}:${raw}${text.slice(end)}`;
}

/** The same for an object that has other members, but not this one, so that it need not be searched. */
export const withNewMember = (text: string, key: string, raw: string): string =>
  text.slice(0, text.lastIndexOf("}")).concat(`,"${key}":${raw}}`);

/** The content of a raw value that is a string, or `undefined` for any other value. */
export function stringOf(raw: string): string | undefined {
  if (raw.charCodeAt(0) !== quote) return undefined;
  return raw.includes("\\") ? JSON.parse(raw) : raw.slice(1, -1);
}

const isObject = (text: string): boolean =>
  text.charCodeAt(skipSpace(text, 0)) === openBrace && isJson(text);
