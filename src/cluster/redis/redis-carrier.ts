// One Redis, found by its address or by Sentinels, or one master of a Redis Cluster: a connection for commands,
// and one that listens. Whatever is lost shows as the end of a connection; both are tried for ever, and nothing
// is sent twice or kept for later.

import type { Redis } from "ioredis";
import type { Carrier, CarrierEvents } from "../carrier.ts";
import { describeProblem, isReadOnly, isRedirection, isRefusal } from "./problem.ts";
import { type Change, type PubSub, Subscriptions, wholePubSub } from "./pub-sub.ts";
import { RedisKeys } from "./redis-keys.ts";

/** Milliseconds between a refusal and a new connection, which may be refused the same. */
const refusedMs = 2000;

/** Milliseconds, at most, until a connection that ioredis has given up is begun anew. */
const anewMs = 200;

/** What a master of a Redis Cluster tells beside. */
export interface MasterEvents extends CarrierEvents {
  /** Slots have moved to another master, and with them these channels; any of them where none are named. */
  moved(channels?: readonly string[]): void;
}

export class RedisCarrier implements Carrier {
  readonly keys: RedisKeys;
  readonly #commands: Redis;
  readonly #listener: Redis;
  readonly #pubSub: PubSub;
  readonly #subscriptions: Subscriptions;
  #events: CarrierEvents | MasterEvents | undefined;
  /** Whether the subscriptions of the present connection are in force. */
  #isListening = false;
  /** Nothing before the first connection was made, or failed. */
  #isUp: boolean | undefined;
  #isClosed = false;
  #problem = "";
  #refused: Timer | undefined;

  /** @param connect makes a connection that is not begun yet */
  constructor(connect: () => Redis, pubSub: PubSub = wholePubSub) {
    this.#commands = connect();
    this.keys = new RedisKeys(this.#commands, (error) => this.#keyRefused(error));
    this.#listener = connect();
    this.#pubSub = pubSub;
    this.#subscriptions = new Subscriptions((how, channels) => this.#change(how, channels));
  }

  get reach(): "all" | "none" {
    return this.reaches() ? "all" : "none";
  }

  reaches(): boolean {
    return this.#isUp === true;
  }

  start(events: CarrierEvents | MasterEvents): void {
    this.#events = events;
    for (const connection of [this.#commands, this.#listener]) {
      connection.on("error", (error) => this.#noteError(error));
      connection.on("close", () => this.#down());
      connection.on("end", () => this.#beginAnew(connection));
      connection.connect().catch(() => undefined);
    }
    this.#commands.on("ready", () => this.#upIfBoth());
    this.#listener.on("ready", () => void this.#listen());
    this.#listener.on("close", () => {
      this.#isListening = false;
    });
    this.#listener.on("moved", () => this.#moved());
    this.#listener.on(this.#pubSub.event, (channel: string, text: string) =>
      events.message(channel, text),
    );
  }

  async publish(channel: string, text: string): Promise<number> {
    try {
      return await this.#pubSub.publish(this.#commands, channel, text);
    } catch (error) {
      if (isRedirection(error)) this.#moved([]);
      else this.#connectAgainIfRefused(error);
      throw error;
    }
  }

  subscribe(channels: readonly string[]): Promise<void> {
    return this.#subscriptions.subscribe(channels);
  }

  unsubscribe(channels: readonly string[]): void {
    this.#subscriptions.unsubscribe(channels);
  }

  /** These channels are at another master: nothing is to be done for them here any more. */
  forget(channels: readonly string[]): void {
    this.#subscriptions.forget(channels);
  }

  ping(): void {
    for (const connection of [this.#commands, this.#listener])
      connection.ping().catch(() => undefined);
  }

  reset(): void {
    if (this.#isClosed) return;
    for (const connection of [this.#commands, this.#listener]) connection.disconnect(true);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isUp = false;
    clearTimeout(this.#refused);
    await this.#commands.quit().catch(() => this.#commands.disconnect());
    this.#listener.disconnect();
  }

  readonly #change: Change = async (how, channels) => {
    const groups = [...this.#pubSub.together(channels)];
    await Promise.all(groups.map((group) => this.#changeTogether(how, group)));
  };

  async #changeTogether(...[how, channels]: Parameters<Change>): Promise<void> {
    try {
      await this.#pubSub[how](this.#listener, channels);
    } catch (error) {
      if (isRedirection(error)) return this.#moved(channels);
      this.#connectAgainIfRefused(error);
      throw error;
    }
  }

  /** Takes up all subscriptions on a new connection. */
  async #listen(): Promise<void> {
    try {
      await this.#subscriptions.restore();
      this.#isListening = true;
      this.#upIfBoth();
    } catch {
      // The connection has ended meanwhile, or will because of a refusal.
    }
  }

  /**
   * A message that is refused is missed by those who would have heard it, and they do not notice; nor is there
   * anything to be heard without a subscription. After a new connection all is said again.
   */
  #connectAgainIfRefused(error: unknown): void {
    if (!isRefusal(error)) return;
    this.#refused ??= setTimeout(() => {
      this.#refused = undefined;
      this.#problem = describeProblem(error);
      this.reset();
    }, refusedMs);
  }

  /** A key was not changed. Where this is no master any more, a new connection finds the one in its place. */
  #keyRefused(error: unknown): void {
    if (isReadOnly(error)) this.#connectAgainIfRefused(error);
  }

  /** One that is broken off before it is made, as by a failover just then, is not tried again by itself. */
  #beginAnew(connection: Redis): void {
    if (this.#isClosed) return;
    setTimeout(() => {
      if (!this.#isClosed) connection.connect().catch(() => undefined);
    }, Math.random() * anewMs);
  }

  #noteError(error: unknown): void {
    this.#problem = describeProblem(error);
    // As long as Sentinels are looked for, there is no connection that could end.
    if (this.#isUp === undefined) this.#down();
    // An answer that nobody waits for: which belongs to which is not known any more.
    if (error instanceof Error && error.message.startsWith("Command queue state")) this.reset();
  }

  #moved(channels?: readonly string[]): void {
    if (this.#events !== undefined && "moved" in this.#events) this.#events.moved(channels);
  }

  #upIfBoth(): void {
    const isReady = this.#isListening && this.#commands.status === "ready";
    if (!isReady || this.#isUp === true || this.#isClosed) return;
    this.#isUp = true;
    this.#problem = "";
    this.#events?.up();
  }

  #down(): void {
    if (this.#isUp === false) return;
    this.#isUp = false;
    this.#events?.down(this.#problem || "CLOSED");
  }
}
