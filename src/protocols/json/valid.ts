// Whether a text is JSON, as `JSON.parse` has it, in a time that grows with its length only. Bun 1.4.4 takes a microsecond
// or two for each level of nesting: 256 KiB of `[` kept it for a third of a second.

import { scalar, skipSpace, skipString } from "./scan.ts";

const quote = 34;
const comma = 44;
const colon = 58;
const openBracket = 91;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON forbids in strings
const control = /[\u0000-\u001f]/;

const escaped = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** Nesting that no message needs which is parsed. */
const maxDepth = 1024;

/** Whether a text is one JSON value and nothing else. */
export function isJson(text: string): boolean {
  if (isDeep(text)) return isDeepJson(text);
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The same for texts of any depth; of those that are not deep `JSON.parse` is quicker. */
export function isDeepJson(text: string): boolean {
  const ends: number[] = [];
  let at = skipSpace(text, 0);
  for (;;) {
    at = enter(text, at, ends);
    at = leave(text, skipSpace(text, passSimple(text, at)), ends);
    const end = ends.at(-1);
    if (end === undefined || at < 0) return at === text.length;
    at = passComma(text, at, end);
  }
}

/**
 * Enters the arrays and objects that begin here, one in another.
 * @param ends of those that are open
 * @returns the index of the first value that has no other in it, or a negative one
 */
function enter(text: string, start: number, ends: number[]): number {
  let at = start;
  for (;;) {
    const end = endOf(text.charCodeAt(at));
    const inner = skipSpace(text, at + 1);
    if (end === undefined || text.charCodeAt(inner) === end) return at;
    ends.push(end);
    at = end === closeBrace ? passKey(text, inner) : inner;
  }
}

/** Leaves the arrays and objects that end here. */
function leave(text: string, start: number, ends: number[]): number {
  let at = start;
  while (ends.length > 0 && text.charCodeAt(at) === ends.at(-1)) {
    ends.pop();
    at = skipSpace(text, at + 1);
  }
  return at;
}

const endOf = (code: number): number | undefined => {
  if (code === openBrace) return closeBrace;
  return code === openBracket ? closeBracket : undefined;
};

/** A value that has no other in it. */
function passSimple(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (endOf(first) !== undefined) return skipSpace(text, start + 1) + 1;
  return first === quote ? passString(text, start) : passScalar(text, start);
}

/** @returns the index of the next value, or a negative one */
function passComma(text: string, start: number, end: number): number {
  if (text.charCodeAt(start) !== comma) return -1;
  const at = skipSpace(text, start + 1);
  return end === closeBrace ? passKey(text, at) : at;
}

/** Whether arrays and objects are nested so deep that `JSON.parse` would take long; of valid JSON and of any other text. */
export function isDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at >= 0 && at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === openBrace || code === openBracket) depth++;
    else if (code === closeBrace || code === closeBracket) depth--;
    if (depth > maxDepth) return true;
    at = code === quote ? skipString(text, at) : at + 1;
  }
  return false;
}

/** @returns the index of the value after a key, or a negative one */
function passKey(text: string, start: number): number {
  const end = passString(text, start);
  if (end < 0) return end;
  const at = skipSpace(text, end);
  return text.charCodeAt(at) === colon ? skipSpace(text, at + 1) : -1;
}

function passString(text: string, start: number): number {
  const end = skipString(text, start);
  return end >= 0 && isString(text.slice(start, end)) ? end : -1;
}

/** Whether what is between two quotes is right. */
function isString(literal: string): boolean {
  if (control.test(literal)) return false;
  for (let at = literal.indexOf("\\"); at !== -1; at = literal.indexOf("\\", escaped.lastIndex)) {
    escaped.lastIndex = at;
    if (!escaped.test(literal)) return false;
  }
  return true;
}

function passScalar(text: string, start: number): number {
  if (start < 0) return start;
  scalar.lastIndex = start;
  return scalar.test(text) ? scalar.lastIndex : -1;
}
