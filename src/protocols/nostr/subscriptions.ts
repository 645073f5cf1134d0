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

export interface Subscription {
  /** As JSON. */
  readonly id: string;
  readonly filters: readonly PlacedFilter[];
}

export class Subscriptions {
  readonly #byId = new Map<string, Subscription>();
  readonly #topics = new Map<string, number>();
  #values = 0;

  get size(): number {
    return this.#byId.size;
  }

  get all(): Iterable<Subscription> {
    return this.#byId.values();
  }

  /** The topics of all of them, and how many filters wait in each. */
  get topics(): ReadonlyMap<string, number> {
    return this.#topics;
  }

  /** Values that all filters have together. */
  get values(): number {
    return this.#values;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** @param filters each with a tag */
  set(id: string, filters: readonly Filter[]): void {
    this.delete(id);
    const placed = filters.map((filter) => ({ filter, topics: topicsOfFilter(filter) }));
    this.#byId.set(id, { id: JSON.stringify(id), filters: placed });
    this.#count(placed, 1);
  }

  delete(id: string): void {
    const subscription = this.#byId.get(id);
    if (subscription === undefined) return;
    this.#byId.delete(id);
    this.#count(subscription.filters, -1);
  }

  #count(filters: readonly PlacedFilter[], change: 1 | -1): void {
    for (const { filter, topics } of filters) {
      this.#values += change * valuesOf(filter);
      for (const topic of topics) {
        const count = (this.#topics.get(topic) ?? 0) + change;
        if (count === 0) this.#topics.delete(topic);
        else this.#topics.set(topic, count);
      }
    }
  }
}

function valuesOf({ kinds, ids, authors, tags }: Filter): number {
  let values = (kinds?.size ?? 0) + (ids?.size ?? 0) + (authors?.size ?? 0);
  for (const tag of tags.values()) values += tag.size;
  return values;
}

/**
 * The first of an event's topics by which a subscription gets it, and nothing if it does not want the event. An event
 * comes by each of its topics, and a subscription gets it once.
 */
export function firstTopic(
  { filters }: Subscription,
  event: NostrEvent,
  topics: readonly string[],
): string | undefined {
  let first = topics.length;
  for (const { filter, topics: own } of filters) {
    const at = indexIn(own, topics, first);
    if (at < first && matches(filter, event)) first = at;
  }
  return topics[first];
}

// What follows runs for every copy of an event, so it makes nothing.

/** Where the first of the topics that `own` has is; `end` if none is before it. */
function indexIn(own: ReadonlySet<string>, topics: readonly string[], end: number): number {
  for (let at = 0; at < end; at++) if (own.has(topics[at] ?? "")) return at;
  return end;
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
