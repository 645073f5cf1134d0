// A single Redis, or one master of a Redis Cluster: one connection for commands and one that is subscribed. Whatever
// is lost shows as the end of a connection. Both reconnect for ever, and nothing is sent twice or kept for later.

import type { Redis } from "ioredis";
import type { Carrier, CarrierEvents, Message } from "../carrier.ts";
import { describeProblem, isReadOnly, isRedirection, isRefusal } from "./problem.ts";
import { type Change, type PubSub, SubscribedChannels, wholePubSub } from "./pub-sub.ts";
import { RedisKeys } from "./redis-keys.ts";
import type { RefusedCommands } from "./refused-commands.ts";
import { StallWatch } from "./stall-watch.ts";

/** Milliseconds between a refused command and a new connection: that one may be refused again. */
const refusedMs = 2000;

/** Most milliseconds that a reply takes, unless the client has it set. */
const stalledMs = 2000;

/** Most milliseconds until a connection that ioredis has given up is tried again. */
const anewMs = 200;

/** What a master of a Redis Cluster reports besides. */
export interface MasterEvents extends CarrierEvents {
  /** Slots have moved to another master, and with them these channels; perhaps any channels if unset. */
  moved(channels?: readonly string[]): void;
}

/** Numbers for `RefusedCommands`. */
let servers = 0;

export class RedisCarrier implements Carrier {
  readonly keys: RedisKeys;
  readonly #commands: Redis;
  readonly #listener: Redis;
  readonly #pubSub: PubSub;
  readonly #subscriptions: SubscribedChannels;
  readonly #stallWatch: StallWatch;
  #events: CarrierEvents | MasterEvents | undefined;
  /** Whether the subscriptions are in force on the current connection. */
  #isListening = false;
  /** `undefined` until the first connection has been made or has failed. */
  #isUp: boolean | undefined;
  #isClosed = false;
  #problem = "";
  #reconnecting: Timer | undefined;
  readonly #refused: RefusedCommands;
  readonly #server = ++servers;

  /** @param connect makes a client that does not connect by itself; its `socketTimeout` is kept by `StallWatch` */
  constructor(connect: () => Redis, refused: RefusedCommands, pubSub: PubSub = wholePubSub) {
    this.#refused = refused;
    this.#commands = connect();
    this.keys = new RedisKeys(this.#commands, {
      failed: (command, error) => this.#keyFailed(command, error),
      worked: (command) => refused.worked(this.#server, command),
    });
    this.#listener = connect();
    const connections = [this.#commands, this.#listener];
    this.#stallWatch = new StallWatch(
      connections,
      this.#commands.options.socketTimeout ?? stalledMs,
    );
    for (const { options } of connections) delete options.socketTimeout;
    this.#pubSub = pubSub;
    this.#subscriptions = new SubscribedChannels((how, channels) => this.#change(how, channels));
  }

  get reach(): "all" | "none" {
    return this.reaches() ? "all" : "none";
  }

  reaches(): boolean {
    return this.#isUp === true;
  }

  start(events: CarrierEvents | MasterEvents): void {
    this.#events = events;
    this.#stallWatch.start();
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
    this.#listener.on(this.#pubSub.event, (channel: Buffer, bytes: Buffer) =>
      events.message(channel.toString(), bytes),
    );
  }

  async publish(channel: string, message: Message): Promise<number> {
    try {
      const receivers = await this.#pubSub.publish(this.#commands, channel, message);
      this.#refused.worked(this.#server, "PUBLISH");
      return receivers;
    } catch (error) {
      if (isRedirection(error)) this.#moved([]);
      else this.#connectAgainIfRefused("PUBLISH", error);
      throw error;
    }
  }

  subscribe(channels: readonly string[]): Promise<unknown> {
    return this.#subscriptions.subscribe(channels);
  }

  unsubscribe(channels: readonly string[]): void {
    this.#subscriptions.unsubscribe(channels);
  }

  readonly subscribers = (channels: readonly string[]): Promise<readonly number[]> =>
    this.#pubSub.subscribers(this.#commands, channels);

  /** Drops channels that another master has now. */
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
    clearTimeout(this.#reconnecting);
    this.#refused.forget(this.#server);
    await this.#commands.quit().catch(() => this.#commands.disconnect());
    this.#listener.disconnect();
    this.#stallWatch.stop();
  }

  readonly #change: Change = async (how, channels) => {
    const groups = [...this.#pubSub.together(channels)];
    await Promise.all(groups.map((group) => this.#changeTogether(how, group)));
  };

  async #changeTogether(...[how, channels]: Parameters<Change>): Promise<void> {
    try {
      await this.#pubSub[how](this.#listener, channels);
      this.#refused.worked(this.#server, how.toUpperCase());
    } catch (error) {
      if (isRedirection(error)) return this.#moved(channels);
      this.#connectAgainIfRefused(how.toUpperCase(), error);
      throw error;
    }
  }

  /** Subscribes to everything on a new connection. */
  async #listen(): Promise<void> {
    try {
      await this.#subscriptions.restore();
      this.#isListening = true;
      this.#upIfBoth();
    } catch {
      // The connection has ended, or is about to because of a refused command.
    }
  }

  /**
   * Other nodes do not notice that they miss a message that Redis has refused, nor does this one if a subscription was
   * refused. After a new connection, everything is told again.
   */
  #connectAgainIfRefused(command: string, error: unknown): void {
    if (!isRefusal(error)) return;
    this.#refused.failed(this.#server, command, error);
    this.#reconnecting ??= setTimeout(() => {
      this.#reconnecting = undefined;
      this.#problem = describeProblem(error);
      this.reset();
    }, refusedMs);
  }

  /** If this Redis has become a replica, a new connection finds the master. */
  #keyFailed(command: string, error: unknown): void {
    if (isReadOnly(error)) this.#connectAgainIfRefused(command, error);
    else this.#refused.failed(this.#server, command, error);
  }

  /** ioredis gives up on a connection that ends before it is made, as in a failover. */
  #beginAnew(connection: Redis): void {
    if (this.#isClosed) return;
    setTimeout(() => {
      if (!this.#isClosed) connection.connect().catch(() => undefined);
    }, Math.random() * anewMs);
  }

  #noteError(error: unknown): void {
    this.#problem = describeProblem(error);
    // While Sentinels are asked there is no connection yet whose end would be reported.
    if (this.#isUp === undefined) this.#down();
    // A reply that nobody waits for: it is not known any more which reply belongs to which command.
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
