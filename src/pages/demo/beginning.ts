// The beginning of a text that a peer has sent.

/** At most `maxLength` UTF-16 units, in memory of their own: a slice would keep the whole text. */
export const beginningOf = (text: string, maxLength: number): string =>
  new TextDecoder().decode(new TextEncoder().encode(text.slice(0, maxLength)));
