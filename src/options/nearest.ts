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
  const plainWord = plain(word);
  let near: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const known of words) {
    const plainKnown = plain(known);
    const most = allowed(plainKnown.length);
    // Each letter more or less is an edit. At start this is asked for every variable that is set.
    if (Math.abs(plainKnown.length - plainWord.length) > most) continue;
    const edits = editsBetween(plainWord, plainKnown);
    if (edits > most || edits >= fewest) continue;
    near = known;
    fewest = edits;
  }
  return near;
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
  const areMoved = word.length === known.length && letters(word) === letters(known);
  return areMoved ? Math.ceil(edits / 2) : edits;
}
