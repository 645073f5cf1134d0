// Reads members of the objects in a JSON array as the text they are written in, like `rawMembers` of one object.

import type { Outline } from "./raw-members.ts";
import { nowhere, scanObject, skipSpace, skipValue } from "./scan.ts";

const comma = 44;
const openBracket = 91;
const closeBracket = 93;

/**
 * @param raw a value that is known to be JSON, as `rawMembers` has found it
 * @param max of more objects, only the first ones are read
 * @returns the values of each object, in the order of the outline, or nothing when `raw` is no array, or what
 * is read of it is not all objects
 */
export function rawObjects(
  raw: string,
  { keys, blank }: Outline,
  max: number,
): readonly (readonly (string | undefined)[])[] | undefined {
  if (raw.charCodeAt(0) !== openBracket) return undefined;
  const objects: (readonly (string | undefined)[])[] = [];
  let at = skipSpace(raw, 1);
  while (objects.length < max && raw.charCodeAt(at) !== closeBracket) {
    const values: (string | undefined)[] = blank.slice();
    at = scanObject(
      raw,
      at,
      keys,
      skipValue,
      (place, start, end) => {
        values[place] = start === nowhere ? undefined : raw.slice(start, end);
      },
      1,
    );
    if (at === nowhere) return undefined;
    objects.push(values);
    at = skipSpace(raw, at);
    if (raw.charCodeAt(at) === comma) at = skipSpace(raw, at + 1);
  }
  return objects;
}
