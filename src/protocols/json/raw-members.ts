// Reads members of a JSON object as the text they are written in. What passes through the server must
// stay unchanged to the last digit, and nothing of a payload needs to be built to pass it on.
// What JSON is, `JSON.parse` decides: the quick way says yes to texts that are plainly right, in less
// time and without building anything, and leaves all others to it.

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

const quote = 34;
const closeBrace = 125;

/** Which members of an object are read. */
export interface Outline {
  readonly keys: readonly Key[];
  /** What there is of them before anything is read. */
  readonly blank: readonly undefined[];
}

/**
 * @param names of members at the top level; `[name, names]` for one whose own members are read as well
 * @returns what `rawMembers` is to read, in this order, the members within a member behind it
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
 * Finds members of an object.
 * @returns their values as written, in the order of the outline, or nothing when `text` is no JSON
 * object; of a key that is repeated the last counts, as with `JSON.parse`
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
 * How many members an object has at its top level; one whose key is repeated counts each time.
 * @param text a JSON object, as `rawMembers` has found it to be
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
 * Sets a member at the top level of an object, and leaves all else as it is written.
 * @param text a JSON object, as `rawMembers` has found it to be
 * @param raw the value, as JSON
 * @returns the text with this value wherever the key stands, or behind the last member
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

/** The same for an object that has other members, and none of this key: it need not be searched. */
export const withNewMember = (text: string, key: string, raw: string): string =>
  text.slice(0, text.lastIndexOf("}")).concat(`,"${key}":${raw}}`);

/** What a raw value spells, if it is a string. */
export function stringOf(raw: string): string | undefined {
  if (raw.charCodeAt(0) !== quote) return undefined;
  return raw.includes("\\") ? JSON.parse(raw) : raw.slice(1, -1);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
