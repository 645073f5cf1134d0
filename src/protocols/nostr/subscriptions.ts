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

interface PlacedFilter {
  readonly filter: Filter;
  readonly topics: ReadonlySet<string>;
}

interface Subscription {
  /** As JSON. */
  readonly id: string;
  readonly filters: readonly PlacedFilter[];
}

export class Subscriptions {
  readonly #byId = new Map<string, Subscription>();

  get size(): number {
    return this.#byId.size;
  }

  get all(): Iterable<Subscription> {
    return this.#byId.values();
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
}

/**
 * Whether a subscription gets an event now. The event may come by several topics: a subscription gets it by the first
 * of them that it has.
 * @param topics of the event
 * @param topic by which it has come
 */
export function wants(
  { filters }: Subscription,
  event: NostrEvent,
  topics: readonly string[],
  topic: string,
): boolean {
  for (const each of topics) {
    if (isWantedBy(filters, event, each)) return each === topic;
    // Those after it come later.
    if (each === topic) return false;
  }
  return false;
}

// Both run for every copy of an event, so they make nothing.

function isWantedBy(filters: readonly PlacedFilter[], event: NostrEvent, topic: string): boolean {
  for (const { filter, topics } of filters)
    if (topics.has(topic) && matches(filter, event)) return true;
  return false;
}

function matches(filter: Filter, event: NostrEvent): boolean {
  if (!fits(filter, event)) return false;
  for (const [letter, values] of filter.tags) if (!hasTag(event, letter, values)) return false;
  return true;
}

function hasTag({ tags }: NostrEvent, letter: string, values: ReadonlySet<string>): boolean {
  for (const [name, value = ""] of tags) if (name === letter && values.has(value)) return true;
  return false;
}
