// The tokens of the load generator's clients.

/** Everybody knows this secret: use it only for servers that are started to be measured. */
export const benchSecret = "signalbox bench: everybody knows this secret";

const tokenSeconds = 24 * 3600;

/** A token of this user, good for a day. */
export function tokenOf(user: string): string {
  const claims = { sub: user, exp: Math.floor(Date.now() / 1000) + tokenSeconds };
  const signed = [{ alg: "HS256", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = new Bun.CryptoHasher("sha256", benchSecret).update(signed).digest("base64url");
  return `${signed}.${signature}`;
}
