// Names of topics and ids of users in the log: they are data of people, and texts that clients have chosen.

/** How names are logged: a hash that is the same on all nodes, as they are, or not at all. */
export type NameStyle = "hash" | "plain" | "none";

/** Hexadecimal digits of a hash: enough to tell a million names apart. */
const hashLength = 12;

/** @returns `undefined` if it is not logged */
export function loggedName(name: string, style: NameStyle): string | undefined {
  switch (style) {
    case "hash":
      return new Bun.CryptoHasher("sha256").update(name).digest("hex").slice(0, hashLength);
    case "plain":
      return name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd").toWellFormed();
    case "none":
      return undefined;
    default:
      style satisfies never;
      return undefined;
  }
}
