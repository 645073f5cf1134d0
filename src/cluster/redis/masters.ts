// The masters of a Redis Cluster, each with its connections, and which of them has which hash slots. That is looked
// up whenever it is in doubt, and again until all masters are reached.

import type { Redis } from "ioredis";
import { describeProblem } from "./problem.ts";
import { shardedPubSub } from "./pub-sub.ts";
import { type MasterEvents, RedisCarrier } from "./redis-carrier.ts";
import type { RefusedCommands } from "./refused-commands.ts";
import { type Endpoint, emptyMap, findSlots, type SlotMap, slotOf } from "./slots.ts";

/** Least milliseconds between two lookups: when one slot moves, more may follow. */
const pauseMs = 500;

/** How to find masters and connect to them. */
export interface Ways {
  /** Addresses of some, as the operator has set them; at least one. */
  readonly seeds: readonly Endpoint[];
  /** Makes a client that does not connect by itself. */
  readonly connect: (place: Endpoint) => Redis;
  /** Milliseconds to wait after so many tries have failed. */
  readonly retryMs: (tries: number) => number;
  /** Is told which commands they refuse. */
  readonly refused: RefusedCommands;
}

/** What the masters report. */
export interface MastersEvents {
  /** The slots were looked up. Resolves when channels have followed them. */
  found(): Promise<void>;
  /** The lookup has failed, and no master is known. */
  failed(problem: string): void;
  /** Makes what listens to one of them. */
  of(master: RedisCarrier): MasterEvents;
}

export class Masters {
  readonly #ways: Ways;
  #events: MastersEvents | undefined;
  #map: SlotMap = emptyMap;
  /** By their keys in `SlotMap`. */
  readonly #all = new Map<string, RedisCarrier>();
  #isInDoubt = false;
  #isLooking = false;
  #isClosed = false;

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  get all(): Iterable<RedisCarrier> {
    return this.#all.values();
  }

  get reach(): "all" | "some" | "none" {
    const reached = this.#all.values().filter((master) => master.reaches());
    const count = [...reached].length;
    if (count === 0) return "none";
    return count < this.#all.size || this.#map.hasGaps ? "some" : "all";
  }

  start(events: MastersEvents): void {
    this.#events = events;
    this.doubt();
  }

  /** The master that has this channel or key, if one is known. */
  of(name: string): RedisCarrier | undefined {
    const key = this.#map.keys[slotOf(name)];
    return key === undefined ? undefined : this.#all.get(key);
  }

  /** Slots may have moved. */
  doubt(): void {
    this.#isInDoubt = true;
    if (!this.#isLooking) void this.#look();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(Array.from(this.all, (master) => master.close()));
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    for (let tries = 0; this.#isInDoubt || this.reach !== "all"; tries++) {
      const ms = this.#ways.retryMs(tries);
      await Bun.sleep(tries === 0 ? ms : Math.max(pauseMs, ms));
      if (this.#isClosed) return;
      this.#isInDoubt = false;
      await this.#find();
    }
    this.#isLooking = false;
  }

  async #find(): Promise<void> {
    const { seeds, connect } = this.#ways;
    try {
      const map = await findSlots([...this.#placesToAsk(), ...seeds], connect);
      if (this.#isClosed) return;
      this.#follow(map);
      await this.#events?.found();
    } catch (error) {
      if (this.#all.size === 0) this.#events?.failed(describeProblem(error));
    }
  }

  /** Those that are reached, in random order, so that they share the questions. */
  #placesToAsk(): readonly Endpoint[] {
    const reached = [...this.#map.masters].filter(([key]) => this.#all.get(key)?.reaches());
    return reached
      .map(([, place]) => ({ place, at: Math.random() }))
      .toSorted((one, other) => one.at - other.at)
      .map(({ place }) => place);
  }

  #follow(map: SlotMap): void {
    const { connect, refused } = this.#ways;
    this.#map = map;
    for (const [key, master] of this.#all)
      if (!map.masters.has(key)) {
        this.#all.delete(key);
        void master.close();
      }
    for (const [key, place] of map.masters)
      if (!this.#all.has(key)) {
        const master = new RedisCarrier(() => connect(place), refused, shardedPubSub);
        this.#all.set(key, master);
        if (this.#events !== undefined) master.start(this.#events.of(master));
      }
  }
}
