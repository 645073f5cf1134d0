// Which JSON GStreamer's elements can read: they use serde_json, which takes less than JSON.parse. An element that
// is sent anything else stops its pipeline, so that a frame or a meta that it cannot read must not reach it. The
// text itself is gone through: of a key that comes twice, JSON.parse would show one value, and serde_json reads both.

import { skipString } from "../json/scan.ts";

/** serde_json gives up at 128 objects and arrays within each other. */
const serdeDepth = 127;

/** So many objects and arrays are around a meta in the frames that show it. */
const depthAroundMeta = 3;

/** @param text a whole frame, which is JSON */
export const isReadable = (text: string): boolean => isReadableWithin(text, serdeDepth);

/** @param text JSON that stands within frames */
export const isReadableMeta = (text: string): boolean =>
  isReadableWithin(text, serdeDepth - depthAroundMeta);

/** A bracket, a number, or the beginning of a string. */
const token = /["[\]{}]|-?\d[\d.eE+-]*/g;

const nesting: ReadonlyMap<string, number> = new Map([
  ["{", 1],
  ["[", 1],
  ["}", -1],
  ["]", -1],
]);

/** No number is beyond a double, no string has half of a surrogate pair, and nothing is nested too deep. */
function isReadableWithin(text: string, maxDepth: number): boolean {
  let depth = 0;
  token.lastIndex = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [lexeme] = found;
    depth += nesting.get(lexeme) ?? 0;
    if (depth > maxDepth) return false;
    if (lexeme === '"') {
      token.lastIndex = skipString(text, found.index);
      if (!isWellFormed(text.slice(found.index, token.lastIndex))) return false;
    } else if (!nesting.has(lexeme) && !Number.isFinite(Number(lexeme))) return false;
  }
  return true;
}

/** Only an escape can be half of a pair: the text came as UTF-8. */
function isWellFormed(literal: string): boolean {
  if (!literal.includes("\\u")) return true;
  const value: unknown = JSON.parse(literal);
  return typeof value === "string" && value.isWellFormed();
}
