// Whether the clients of others are played at the servers of others too, in browsers. That shows that those tests are
// right, and nothing of ours: `make test-stock` does it, and `make test` leaves it out.

/** @param kinds servers, by turns of which a suite is played */
export const withoutStock = <Kind>(
  kinds: readonly Kind[],
  isStock: (kind: Kind) => boolean,
): readonly Kind[] =>
  Bun.env["STOCK"] === "true" ? kinds : kinds.filter((kind) => !isStock(kind));
