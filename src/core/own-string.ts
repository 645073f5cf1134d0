// A string that is cut out of another one (`slice`, a match, a regular expression's group) keeps all of that
// one in memory. What is kept for longer than a call must not keep the message that it was cut from.

/** @returns the same text in memory of its own; what it was cut from may be freed */
export const ownString = (text: string): string =>
  // UTF-8 keeps ASCII at a byte a character, and has no half surrogates.
  text.isWellFormed()
    ? Buffer.from(text).toString()
    : Buffer.from(text, "utf16le").toString("utf16le");
