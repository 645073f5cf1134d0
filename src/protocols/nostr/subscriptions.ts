// The subscriptions of one connection, and which of them an event is for.

import { type Filter, fits, type NostrEvent } from "./wire.ts";

// Events and filters meet in the topic of a tag's value, so that tokens can name values. Letters are checked later.

/** The topics of an event, each once. */
export const topicsOfEvent = ({ tags }: NostrEvent): readonly string[] => [
  ...new Set(
    tags.flatMap(([letter = "", value]) =>
      value !== undefined && /^[A-Za-z]$/.test(letter) ? [value] : [],
    ),
  ),
];

/** Where a filter waits for events. The tag with the fewest values is enough: the others are checked. */
function topicsOfFilter({ tags }: Filter): ReadonlySet<string> {
  return [...tags.values()].reduce((best, values) => (values.size < best.size ? values : best));
}

interface Subscription {
  /** As JSON. */
  readonly id: string;
  readonly filters: readonly { readonly filter: Filter; readonly topics: ReadonlySet<string> }[];
}

export class Subscriptions {
  readonly #byId = new Map<string, Subscription>();

  get size(): number {
    return this.#byId.size;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** @param filters each with a tag */
  set(id: string, filters: readonly Filter[]): void {
    const placed = filters.map((filter) => ({ filter, topics: topicsOfFilter(filter) }));
    this.#byId.set(id, { id: JSON.stringify(id), filters: placed });
  }

  delete(id: string): void {
    this.#byId.delete(id);
  }

  /** The topics of all of them. */
  get topics(): ReadonlySet<string> {
    const all = [...this.#byId.values()].flatMap(({ filters }) => filters);
    return new Set(all.flatMap(({ topics }) => [...topics]));
  }

  /**
   * The ids, as JSON, of those that an event is for. An event may come by several topics: each subscription gets
   * it by the first of them that it has.
   * @param topics of the event
   * @param topic by which it has come
   */
  wanting(event: NostrEvent, topics: readonly string[], topic: string): readonly string[] {
    const wanting: string[] = [];
    for (const { id, filters } of this.#byId.values()) {
      const wanted = filters.filter(({ filter }) => matches(filter, event));
      const first = topics.find((each) => wanted.some((filter) => filter.topics.has(each)));
      if (first === topic) wanting.push(id);
    }
    return wanting;
  }
}

function matches(filter: Filter, event: NostrEvent): boolean {
  if (!fits(filter, event)) return false;
  for (const [letter, values] of filter.tags)
    if (!event.tags.some(([name, value]) => name === letter && values.has(value ?? "")))
      return false;
  return true;
}
