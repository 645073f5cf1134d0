// A Redis Cluster, with sharded pub/sub: each channel belongs to the master that has the hash slot of its name. All
// channels of a topic are in one slot, so their messages keep their order. While a master is away, only the names in
// its slots are out of reach.

import type { Carrier, CarrierEvents, Keys, Message } from "../carrier.ts";
import { Masters, type Ways } from "./masters.ts";
import { isRedirection } from "./problem.ts";
import type { RedisCarrier } from "./redis-carrier.ts";

/** Milliseconds between two tries of a command on a key that is being moved, and how often it is tried. */
const againMs = 100;
const maxTries = 10;

export class ShardedCarrier implements Carrier {
  readonly #masters: Masters;
  /** All channels to subscribe to, each with the master that it was subscribed at. */
  readonly #channels = new Map<string, RedisCarrier | undefined>();
  /** Those that have no subscription in force, or may have none. */
  readonly #missing = new Set<string>();
  #events: CarrierEvents | undefined;
  #hasFailed = false;

  readonly keys: Keys = {
    set: (key, value, ms) => this.#ask(key, (keys) => keys.set(key, value, ms)),
    extend: (key, ms) => this.#ask(key, (keys) => keys.extend(key, ms)),
    get: (keys) => Promise.all(keys.map((key) => this.#get(key))),
    delete: (key) => this.#ask(key, (keys) => keys.delete(key)),
    claim: (key, request) => this.#ask(key, (keys) => keys.claim(key, request)),
    keepClaim: (key, claim, ms) => this.#ask(key, (keys) => keys.keepClaim(key, claim, ms)),
    endClaim: (key, claim) => this.#ask(key, (keys) => keys.endClaim(key, claim)),
    addToSet: (key, entries, ms) => this.#ask(key, (keys) => keys.addToSet(key, entries, ms)),
    scanSet: (key, cursor) => this.#ask(key, (keys) => keys.scanSet(key, cursor)),
    trimSet: (key, now) => this.#ask(key, (keys) => keys.trimSet(key, now)),
  };

  constructor(ways: Ways) {
    this.#masters = new Masters(ways);
  }

  get reach(): "all" | "some" | "none" {
    return this.#masters.reach;
  }

  reaches(name: string): boolean {
    return this.#masters.of(name)?.reaches() === true;
  }

  start(events: CarrierEvents): void {
    this.#events = events;
    this.#masters.start({
      found: () => this.#follow(),
      failed: (problem) => {
        if (!this.#hasFailed) events.down(problem);
        this.#hasFailed = true;
      },
      of: (master) => ({
        message: (channel, bytes) => events.message(channel, bytes),
        up: () => events.up(),
        down: (problem) => {
          this.#masters.doubt();
          events.down(problem);
        },
        moved: (channels) => this.#moved(master, channels),
      }),
    });
  }

  async publish(channel: string, message: Message): Promise<number> {
    return await this.#masterOf(channel).publish(channel, message);
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    await this.#listen(channels);
    if (channels.some((channel) => this.#missing.has(channel))) throw new Error("out of reach");
  }

  unsubscribe(channels: readonly string[]): void {
    for (const channel of channels) {
      this.#channels.get(channel)?.unsubscribe([channel]);
      this.#channels.delete(channel);
      this.#missing.delete(channel);
    }
  }

  async subscribers(channels: readonly string[]): Promise<readonly (number | undefined)[]> {
    const counts = new Map<string, number | undefined>();
    const places = Map.groupBy(channels, (channel) => this.#masters.of(channel));
    await Promise.all(
      Array.from(places, async ([master, own]) => {
        const counted = await master?.subscribers(own);
        for (const [index, channel] of own.entries()) counts.set(channel, counted?.[index]);
      }),
    );
    return channels.map((channel) => counts.get(channel));
  }

  ping(): void {
    for (const master of this.#masters.all) master.ping();
  }

  reset(): void {
    for (const master of this.#masters.all) master.reset();
  }

  close(): Promise<void> {
    return this.#masters.close();
  }

  #masterOf(name: string): RedisCarrier {
    const master = this.#masters.of(name);
    if (master === undefined) throw new Error("out of reach");
    return master;
  }

  /** Tries a command again if the master says that another one has the key: then it was not done. */
  async #ask<Answer>(key: string, command: (keys: Keys) => Promise<Answer>): Promise<Answer> {
    for (let tries = 1; ; tries++)
      try {
        return await command(this.#masterOf(key).keys);
      } catch (error) {
        if (!isRedirection(error) || tries === maxTries) throw error;
        this.#masters.doubt();
        await Bun.sleep(againMs);
      }
  }

  async #get(key: string): Promise<string | null | undefined> {
    try {
      const [value] = await this.#ask(key, (keys) => keys.get([key]));
      return value;
    } catch {
      return undefined;
    }
  }

  /** Subscribes to channels at the masters that have them now. Resolves when in force, except for missing ones. */
  async #listen(channels: Iterable<string>): Promise<void> {
    const places = Map.groupBy(channels, (channel) => this.#masters.of(channel));
    await Promise.all(Array.from(places, ([master, own]) => this.#listenAt(master, own)));
  }

  async #listenAt(master: RedisCarrier | undefined, channels: readonly string[]): Promise<void> {
    for (const channel of channels) {
      const before = this.#channels.get(channel);
      if (before !== master) before?.forget([channel]);
      this.#channels.set(channel, master);
      if (master === undefined) this.#missing.add(channel);
      else this.#missing.delete(channel);
    }
    await master?.subscribe(channels);
  }

  /** The slots were looked up: channels follow theirs. */
  async #follow(): Promise<void> {
    const due = [...this.#channels]
      .filter(([name, master]) => this.#missing.has(name) || master !== this.#masters.of(name))
      .map(([name]) => name);
    if (due.length === 0) return;
    await this.#listen(due).catch(() => undefined);
    if (this.reach !== "none") this.#events?.up();
  }

  /** A master has refused some channels, or has ended subscriptions without naming them. */
  #moved(master: RedisCarrier, channels: Iterable<string> = this.#channels.keys()): void {
    for (const channel of channels)
      if (this.#channels.get(channel) === master) this.#missing.add(channel);
    this.#masters.doubt();
  }
}
