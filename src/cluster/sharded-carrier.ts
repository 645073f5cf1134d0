// A Redis Cluster as carrier, with sharded pub/sub: each channel is where the hash slot of its name is. A
// topic and what belongs to it is in one slot, and so keeps its order; a listener for each master makes
// sure that channels follow their slots when those move.

import type { Cluster } from "ioredis";
import type { Carrier, CarrierEvents } from "./carrier.ts";
import { describeProblem } from "./problem.ts";
import { RedisKeys } from "./redis-keys.ts";

export class ShardedCarrier extends RedisKeys implements Carrier {
  readonly #cluster: Cluster;
  #events: CarrierEvents | undefined;
  /** Nothing before the first connection was made, or failed. */
  #isUp: boolean | undefined;
  #isClosed = false;
  /** Channels that could not be subscribed. */
  readonly #missing = new Set<string>();

  /** @param connect makes a connection that is not begun yet */
  constructor(connect: () => Cluster) {
    const cluster = connect();
    super(cluster);
    this.#cluster = cluster;
  }

  start(events: CarrierEvents): void {
    this.#events = events;
    let problem = "CLOSED";
    const note = (error: unknown): void => {
      problem = describeProblem(error);
    };
    this.#cluster.on("error", note);
    this.#cluster.on("node error", note);
    this.#cluster.on("close", () => this.#down(problem));
    this.#cluster.on("-subscriber", () => this.#down(problem));
    this.#cluster.on("-node", () => this.#down(problem));
    this.#cluster.on("subscribersReady", () => void this.#up());
    this.#cluster.on("smessage", (channel: string, text: string) => events.message(channel, text));
    this.#cluster.connect().catch(note);
  }

  async publish(channel: string, text: string): Promise<number> {
    return Number(await this.#cluster.spublish(channel, text));
  }

  /** Channels that were subscribed once are again on each new connection, by ioredis. */
  async subscribe(channels: readonly string[]): Promise<void> {
    try {
      await this.#cluster.ssubscribe(...channels);
    } catch (error) {
      for (const channel of channels) this.#missing.add(channel);
      throw error;
    }
  }

  unsubscribe(channels: readonly string[]): void {
    for (const channel of channels) this.#missing.delete(channel);
    this.#cluster.sunsubscribe(...channels).catch(() => undefined);
  }

  reset(): void {
    this.#cluster.disconnect(true);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#cluster.quit().catch(() => this.#cluster.disconnect());
  }

  /** @returns whether none is missing */
  async #subscribeMissing(): Promise<boolean> {
    const missing = [...this.#missing];
    this.#missing.clear();
    const done = await Promise.allSettled(missing.map((channel) => this.subscribe([channel])));
    return done.every(({ status }) => status === "fulfilled");
  }

  async #up(): Promise<void> {
    if (this.#isUp === true || !(await this.#subscribeMissing())) return;
    if (this.#isClosed) return;
    this.#isUp = true;
    this.#events?.up();
  }

  #down(problem: string): void {
    if (this.#isUp === false || this.#isClosed) return;
    this.#isUp = false;
    this.#events?.down(problem);
  }
}
