// Some of a collection at random, none of them twice. Few are walked; of many, only as many are looked at as
// are wanted, by an index that is kept from the first draw on.

/** Up to this many, a walk takes less than a microsecond, and needs no memory. */
const maxWalked = 64;

export class Sampler<Item> {
  readonly #all: Items<Item>;
  #index: Index<Item> | undefined;

  /** @param all what is drawn from; `added` and `deleted` tell of its changes */
  constructor(all: Items<Item>) {
    this.#all = all;
  }

  added(item: Item): void {
    this.#index?.add(item);
  }

  deleted(item: Item): void {
    this.#index?.delete(item);
  }

  /**
   * @param count how many are wanted; there may be fewer
   * @param except is never drawn
   */
  draw(count: number, except?: Item): readonly Item[] {
    const { size } = this.#all;
    // Of nearly all, an index would draw the same ones again and again.
    if (size <= maxWalked || count * 2 >= size) return walk(this.#all.values(), count, except);
    this.#index ??= new Index(this.#all.values());
    return this.#index.draw(count, except);
  }
}

interface Items<Item> {
  readonly size: number;
  values(): Iterable<Item>;
}

/** Items by their number, and the number of each. */
class Index<Item> {
  readonly #items: Item[];
  readonly #places: Map<Item, number>;

  constructor(items: Iterable<Item>) {
    this.#items = [...items];
    this.#places = new Map(this.#items.map((item, place) => [item, place]));
  }

  add(item: Item): void {
    this.#places.set(item, this.#items.length);
    this.#items.push(item);
  }

  /** The last takes its place. */
  delete(item: Item): void {
    const place = this.#places.get(item);
    const last = this.#items.at(-1);
    if (place === undefined || last === undefined) return;
    this.#items[place] = last;
    this.#places.set(last, place);
    this.#items.pop();
    this.#places.delete(item);
  }

  /** @param count at most half of all, so that two tries for each are enough on average */
  draw(count: number, except: Item | undefined): readonly Item[] {
    const drawn = new Set<Item>();
    while (drawn.size < count) {
      const item = this.#items[below(this.#items.length)];
      if (item !== undefined && item !== except) drawn.add(item);
    }
    return [...drawn];
  }
}

/** Each that comes later takes a place with the chance that it is due (algorithm R, Vitter 1985). */
function walk<Item>(items: Iterable<Item>, count: number, except: Item | undefined): Item[] {
  const drawn: Item[] = [];
  let seen = 0;
  for (const item of items) {
    if (item === except) continue;
    seen++;
    if (drawn.length < count) drawn.push(item);
    else {
      const place = below(seen);
      if (place < count) drawn[place] = item;
    }
  }
  return drawn;
}

const below = (end: number): number => Math.floor(Math.random() * end);
