// Scans the text of a JSON object in one pass, without building anything, and reports where the members are that are
// asked for. The functions take the index at which a value begins, and return the index after its end.

const space = 32;
const quote = 34;
const comma = 44;
const colon = 58;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** The index after a value that is not valid. `charCodeAt` is NaN there, so a scan that goes on also fails. */
export const nowhere = -1;

/** Up to this many UTF-16 units, a loop is quicker than `indexOf`. Keys, types and ids are shorter. */
const shortString = 24;

/** Deepest nesting that the quick scan accepts. */
const maxQuickDepth = 32;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON forbids in strings
const unusual = /[\u0000-\u001f]|\\(?:[^"\\/bfnrtu]|u(?![\da-fA-F]{4}))/;

/** A number or a word, where `lastIndex` is. */
export const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Whether a text may have something odd in its strings, which the quick scan does not check. */
export const isUnusual = (text: string): boolean => unusual.test(text);

/** A member that is read. */
export interface Key {
  readonly name: string;
  /** The index of its value in the result. */
  readonly place: number;
  /** The members that are read of its value, if that is an object. */
  readonly within: readonly Key[];
}

/** Called with the position of each value that was asked for. `nowhere` withdraws an earlier call for `place`. */
export type Found = (place: number, start: number, end: number) => void;

/**
 * Returns the index after the value at `start`, or `nowhere` if there is no valid one.
 * @param depth how many objects and arrays contain the value
 */
type PassValue = (text: string, start: number, depth: number) => number;

/** Scans a text. @returns whether it is one object and nothing else */
export function scan(text: string, keys: readonly Key[], pass: PassValue, found: Found): boolean {
  const end = scanObject(text, skipSpace(text, 0), keys, pass, found, 1);
  return end !== nowhere && skipSpace(text, end) === text.length;
}

/** Scans an object, and reports the members that are asked for. */
export function scanObject(
  text: string,
  start: number,
  keys: readonly Key[],
  pass: PassValue,
  found: Found,
  depth: number,
): number {
  if (text.charCodeAt(start) !== openBrace) return nowhere;
  let at = skipSpace(text, start + 1);
  if (text.charCodeAt(at) === closeBrace) return at + 1;
  for (;;) {
    const keyEnd = skipString(text, at);
    const key = keyAt(text, at, keyEnd, keys);
    at = skipSpace(text, keyEnd);
    if (text.charCodeAt(at) !== colon) return nowhere;
    at = skipSpace(text, at + 1);
    at = key === undefined ? pass(text, at, depth) : scanMember(text, at, key, pass, found, depth);
    at = skipSpace(text, at);
    const code = text.charCodeAt(at);
    if (code === closeBrace) return at + 1;
    if (code !== comma) return nowhere;
    at = skipSpace(text, at + 1);
  }
}

/** Scans the value of a member that is asked for, and reports it. */
function scanMember(
  text: string,
  start: number,
  { place, within }: Key,
  pass: PassValue,
  found: Found,
  depth: number,
): number {
  for (const inner of within) found(inner.place, nowhere, nowhere);
  const isOpened = within.length > 0 && text.charCodeAt(start) === openBrace;
  const end = isOpened
    ? scanObject(text, start, within, pass, found, depth + 1)
    : pass(text, start, depth);
  if (end !== nowhere) found(place, start, end);
  return end;
}

/** The keys of an object of which no member is asked for. */
const nothing: readonly Key[] = [];
const ignore: Found = () => undefined;

/** The key that is written from `start` to `end`, if it is asked for. */
function keyAt(text: string, start: number, end: number, keys: readonly Key[]): Key | undefined {
  if (keys.length === 0 || end === nowhere) return undefined;
  const length = end - start - 2;
  for (const key of keys)
    if (key.name.length === length && text.startsWith(key.name, start + 1)) return key;
  return hasEscape(text, start, end) ? escapedKey(text.slice(start, end), keys) : undefined;
}

function hasEscape(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === backslash) return true;
  return false;
}

function escapedKey(literal: string, keys: readonly Key[]): Key | undefined {
  const spelled: string = JSON.parse(literal);
  return keys.find(({ name }) => name === spelled);
}

export function skipSpace(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code > space || (code !== space && code !== 10 && code !== 13 && code !== 9)) return at;
    at++;
  }
}

/** Returns the index after a string's closing quote, or `nowhere` if either quote is missing. */
export function skipString(text: string, start: number): number {
  if (text.charCodeAt(start) !== quote) return nowhere;
  for (let at = start + 1; at <= start + shortString; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === backslash) break;
  }
  return skipLongString(text, start);
}

function skipLongString(text: string, start: number): number {
  let at = start;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at === -1) return nowhere;
    let before = at - 1;
    while (text.charCodeAt(before) === backslash) before--;
    const isEscaped = (at - before) % 2 === 0;
    if (!isEscaped) return at + 1;
  }
}

/** Checks a value by JSON's grammar, except for what is inside strings: see `unusual`. */
export function checkValue(text: string, start: number, depth: number): number {
  const first = text.charCodeAt(start);
  if (first === quote) return skipString(text, start);
  if (first === openBrace || first === openBracket) {
    if (depth === maxQuickDepth) return nowhere;
    return first === openBrace
      ? scanObject(text, start, nothing, checkValue, ignore, depth + 1)
      : checkArray(text, start, depth + 1);
  }
  scalar.lastIndex = start;
  return scalar.test(text) ? scalar.lastIndex : nowhere;
}

function checkArray(text: string, start: number, depth: number): number {
  let at = skipSpace(text, start + 1);
  if (text.charCodeAt(at) === closeBracket) return at + 1;
  for (;;) {
    at = skipSpace(text, checkValue(text, at, depth));
    const code = text.charCodeAt(at);
    if (code === closeBracket) return at + 1;
    if (code !== comma) return nowhere;
    at = skipSpace(text, at + 1);
  }
}

/** Skips a value of any depth. The text must be valid JSON. */
export function skipValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === quote) return skipString(text, start);
  if (first !== openBrace && first !== openBracket) {
    scalar.lastIndex = start;
    scalar.test(text);
    return scalar.lastIndex;
  }
  let at = start;
  let depth = 0;
  do {
    const code = text.charCodeAt(at);
    if (code === openBrace || code === openBracket) depth++;
    else if (code === closeBrace || code === closeBracket) depth--;
    at = code === quote ? skipString(text, at) : at + 1;
  } while (depth > 0);
  return at;
}
