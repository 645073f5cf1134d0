// Pages of long lists. A page costs one look at each item, in slices between which everybody else has a turn, and memory
// for the page alone.

/** Items that are looked at in one slice: some hundreds of microseconds. */
const itemsPerSlice = 2000;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * The first items by their keys, in order.
 * @param items may change while they are looked at, as those of maps and sets do
 * @param keyOf `undefined` leaves an item out
 * @param after only items whose keys are above it; all if unset
 */
export async function firstOf<Item, Key extends string | number>(
  items: Iterable<Item>,
  keyOf: (item: Item) => Key | undefined,
  after: Key | undefined,
  limit: number,
): Promise<readonly Item[]> {
  const first = new First<Item, Key>(limit);
  let seen = 0;
  for (const item of items) {
    if (++seen % itemsPerSlice === 0) await nextTurn();
    const key = keyOf(item);
    if (key !== undefined && (after === undefined || key > after)) first.add(key, item);
  }
  return first.items;
}

/** So many items with the lowest keys, in order. */
class First<Item, Key extends string | number> {
  readonly #limit: number;
  readonly #entries: { readonly key: Key; readonly item: Item }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get items(): readonly Item[] {
    return this.#entries.map(({ item }) => item);
  }

  add(key: Key, item: Item): void {
    const last = this.#entries.at(-1);
    if (last !== undefined && this.#entries.length >= this.#limit && key >= last.key) return;
    this.#entries.splice(this.#placeOf(key), 0, { key, item });
    if (this.#entries.length > this.#limit) this.#entries.pop();
  }

  /** Behind all entries with the same key. A search by halves: comparing texts is what a long page costs. */
  #placeOf(key: Key): number {
    let [from, to] = [0, this.#entries.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && key < entry.key) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
