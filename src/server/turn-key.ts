// Whose turn some work is: that of a client's address, or of a path.

/** Marks the key of a client's address, which no path begins with. */
const addressMark = "@";

/**
 * Whose turn a request or an opening is: a client's address has one, however many connections. In a trusted network it is that of
 * the path, without slashes that do not count, as a client could get more turns by adding some.
 */
export const keyOf = ({ pathname }: URL, address: string | undefined): string =>
  address === undefined ? pathname.replaceAll(/\/+(?=\/|$)/g, "") : addressMark + address;

/** The address in a key; `undefined` if it is that of a path. */
export const addressIn = (key: string): string | undefined =>
  key.startsWith(addressMark) ? key.slice(addressMark.length) : undefined;
