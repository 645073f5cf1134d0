// Reads the outermost members of a JSON object as the text they are written in. What passes through the
// server must stay unchanged to the last digit, and nothing of a payload needs to be built to pass it on.
// What JSON is, `JSON.parse` decides: the quick way says yes to texts that are plainly right, in less
// time and without building anything, and leaves all others to it.

const quote = 34;
const comma = 44;
const colon = 58;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** No index: `charCodeAt` is NaN there, so that whoever goes on from it fails too. */
const nowhere = -1;

/** Nesting up to which the quick way goes. */
const maxQuickDepth = 32;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON forbids in strings
const unusual = /[\u0000-\u001f]|\\[^"\\/bfnrt]/;

const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Finds members at the top level of an object.
 * @param keys which ones; of a key that is repeated the last counts, as with `JSON.parse`
 * @returns their values as written, in the order of `keys`, or nothing when `text` is no JSON object
 */
export function rawMembers(
  text: string,
  keys: readonly string[],
): readonly (string | undefined)[] | undefined {
  const values: (string | undefined)[] = keys.map(() => undefined);
  const keep: Found = (key, start, end) => {
    values[key] = text.slice(start, end);
  };
  if (!unusual.test(text) && scanObject(text, keys, checkValue, keep)) return values;
  return isObject(text) && scanObject(text, keys, skipValue, keep) ? values : undefined;
}

/**
 * The same for a value that `rawMembers` has found, which is known to be JSON.
 * @returns nothing when it is no object
 */
export function rawMembersWithin(
  raw: string,
  keys: readonly string[],
): readonly (string | undefined)[] | undefined {
  const values: (string | undefined)[] = keys.map(() => undefined);
  const isObject = scanObject(raw, keys, skipValue, (key, start, end) => {
    values[key] = raw.slice(start, end);
  });
  return isObject ? values : undefined;
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
  scanObject(text, [key], skipValue, (_, start, end) => {
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
  `${text.slice(0, text.lastIndexOf("}"))},"${key}":${raw}}`;

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

/** Hears of each member whose key was asked for: which key it is, and where its value stands. */
type Found = (key: number, start: number, end: number) => void;

/**
 * @param pass from the index of a value to the index behind it
 * @returns whether the text is one object and nothing else
 */
function scanObject(
  text: string,
  keys: readonly string[],
  pass: (text: string, start: number) => number,
  found: Found,
): boolean {
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== openBrace) return false;
  at = skipSpace(text, at + 1);
  let isMore = text.charCodeAt(at) !== closeBrace;
  while (isMore) {
    const keyStart = at;
    const keyEnd = skipString(text, keyStart);
    at = skipSpace(text, keyEnd);
    if (text.charCodeAt(at) !== colon) return false;
    const start = skipSpace(text, at + 1);
    const end = pass(text, start);
    if (end === nowhere) return false;
    const key = indexOfKey(text, keyStart, keyEnd, keys);
    if (key !== nowhere) found(key, start, end);
    at = skipSpace(text, end);
    isMore = text.charCodeAt(at) === comma;
    if (isMore) at = skipSpace(text, at + 1);
  }
  return text.charCodeAt(at) === closeBrace && skipSpace(text, at + 1) === text.length;
}

/** Which of `keys` the string literal from `start` to `end` spells. */
function indexOfKey(text: string, start: number, end: number, keys: readonly string[]): number {
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    if (end - start === key.length + 2 && text.startsWith(key, start + 1)) return index;
  }
  const literal = text.slice(start, end);
  return literal.includes("\\") ? keys.indexOf(JSON.parse(literal)) : nowhere;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    at++;
  }
}

/** From a string's opening quote to behind its closing one; `nowhere` if there is none of either. */
function skipString(text: string, start: number): number {
  if (text.charCodeAt(start) !== quote) return nowhere;
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

/** Passes a value and holds it to the grammar, but for what is inside of strings: see `unusual`. */
function checkValue(text: string, start: number, depth = 1): number {
  const first = text.charCodeAt(start);
  if (first === quote) return skipString(text, start);
  if (first === openBrace || first === openBracket)
    return depth < maxQuickDepth ? checkNested(text, start, depth + 1) : nowhere;
  scalar.lastIndex = start;
  return scalar.test(text) ? scalar.lastIndex : nowhere;
}

function checkNested(text: string, start: number, depth: number): number {
  const isMap = text.charCodeAt(start) === openBrace;
  const close = isMap ? closeBrace : closeBracket;
  let at = skipSpace(text, start + 1);
  if (text.charCodeAt(at) === close) return at + 1;
  for (;;) {
    if (isMap) {
      at = skipSpace(text, skipString(text, at));
      if (text.charCodeAt(at) !== colon) return nowhere;
      at = skipSpace(text, at + 1);
    }
    at = skipSpace(text, checkValue(text, at, depth));
    const code = text.charCodeAt(at);
    if (code === close) return at + 1;
    if (code !== comma) return nowhere;
    at = skipSpace(text, at + 1);
  }
}

/** Passes a value of a text that is known to be JSON, however deep it is. */
function skipValue(text: string, start: number): number {
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
