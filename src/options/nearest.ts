// What may have been meant by a word that is misspelt.

import { distance } from "fastest-levenshtein";

/**
 * `; did you mean …?` if one of `words` is near, else nothing.
 * @param shown how that one is written there
 */
export function suggestion(
  word: string,
  words: readonly string[],
  shown: (near: string) => string = (near) => near,
): string {
  const near = nearest(word, words, editsFor);
  return near === undefined ? "" : `; did you mean ${shown(near)}?`;
}

/**
 * The nearest of `words`. Case does not count, nor whether parts are joined by `-` or `_`; two letters that
 * changed places are one edit.
 * @param allowed how many edits a word may be away, by its length
 */
export function nearest(
  word: string,
  words: readonly string[],
  allowed: (length: number) => number,
): string | undefined {
  const near = words
    .map((known) => ({ known, edits: editsBetween(plain(word), plain(known)) }))
    .filter(({ known, edits }) => edits <= allowed(plain(known).length))
    .toSorted((one, other) => one.edits - other.edits);
  return near[0]?.known;
}

/** A word of four letters that differs in two is most often another word. */
function editsFor(length: number): number {
  if (length < 6) return 1;
  return length < 12 ? 2 : 3;
}

const plain = (word: string): string => word.toLowerCase().replaceAll("_", "-").replace(/^-+/, "");

const letters = (word: string): string => word.split("").toSorted().join("");

function editsBetween(word: string, known: string): number {
  const edits = distance(word, known);
  return letters(word) === letters(known) ? Math.ceil(edits / 2) : edits;
}
