// A Redis Cluster as carrier, with sharded pub/sub: each channel is at the master that has the hash slot of its
// name. A topic and what belongs to it is in one slot, and so keeps its order. While a master is away, so are
// the names in its slots, and those only.

import type { Carrier, CarrierEvents, Keys } from "../carrier.ts";
import { Masters, type Ways } from "./masters.ts";
import { isRedirection } from "./problem.ts";
import type { RedisCarrier } from "./redis-carrier.ts";

/** Milliseconds between two tries of a command on a key that is on the move, and how many there are. */
const againMs = 100;
const maxTries = 10;

export class ShardedCarrier implements Carrier {
  readonly #masters: Masters;
  /** All channels that are wanted, each with the master that was asked for it. */
  readonly #channels = new Map<string, RedisCarrier | undefined>();
  /** Those that are elsewhere, or may be. */
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
        message: (channel, text) => events.message(channel, text),
        up: () => events.up(),
        down: (problem) => {
          this.#masters.doubt();
          events.down(problem);
        },
        moved: (channels) => this.#moved(master, channels),
      }),
    });
  }

  async publish(channel: string, text: string): Promise<number> {
    return await this.#masterOf(channel).publish(channel, text);
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

  /** A command on a key. What a master refuses since it is another's to do was not done, and is tried again. */
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

  /** Listens to channels where they are by now. Resolves when in force, but for those that are missing. */
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

  /** Who has which slots is known anew: channels go where they are now. */
  async #follow(): Promise<void> {
    const due = [...this.#channels]
      .filter(([name, master]) => this.#missing.has(name) || master !== this.#masters.of(name))
      .map(([name]) => name);
    if (due.length === 0) return;
    await this.#listen(due).catch(() => undefined);
    if (this.reach !== "none") this.#events?.up();
  }

  /** A master has refused some channels, or has ended some that it does not name. */
  #moved(master: RedisCarrier, channels: Iterable<string> = this.#channels.keys()): void {
    for (const channel of channels)
      if (this.#channels.get(channel) === master) this.#missing.add(channel);
    this.#masters.doubt();
  }
}
