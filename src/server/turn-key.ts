// Whose turn some work is: that of a client's address, or of a path.

/** An address, or the hash of a path, which costs a connection nothing. */
export type TurnKey = string | number;

/**
 * Whose turn a request or an opening is: a client's address has one, however many connections. In a trusted network it is that of
 * the path, without slashes that do not count, as a client could get more turns by adding some. Paths with one hash take one.
 */
export const keyOf = ({ pathname }: URL, address: string | undefined): TurnKey =>
  address ?? Bun.hash.crc32(pathname.replaceAll(/\/+(?=\/|$)/g, "")) | 0;

/** The address in a key; `undefined` if it is that of a path. */
export const addressIn = (key: TurnKey): string | undefined =>
  typeof key === "string" ? key : undefined;
