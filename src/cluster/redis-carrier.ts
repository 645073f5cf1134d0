// One Redis, found by its address or by Sentinels, as carrier: one connection for commands, and one that
// listens. Whatever is lost shows as the end of a connection; both are tried for ever, and nothing is sent
// twice or kept for later.

import type { Redis } from "ioredis";
import type { Carrier, CarrierEvents } from "./carrier.ts";
import { describeProblem } from "./problem.ts";
import { RedisKeys } from "./redis-keys.ts";
import { Subscriptions } from "./subscriptions.ts";

export class RedisCarrier extends RedisKeys implements Carrier {
  readonly #commands: Redis;
  readonly #listener: Redis;
  readonly #subscriptions: Subscriptions;
  #events: CarrierEvents | undefined;
  /** Whether the subscriptions of the present connection are in force. */
  #isListening = false;
  /** Nothing before the first connection was made, or failed. */
  #isUp: boolean | undefined;

  /** @param connect makes a connection that is not begun yet */
  constructor(connect: () => Redis) {
    const commands = connect();
    super(commands);
    this.#commands = commands;
    this.#listener = connect();
    this.#subscriptions = new Subscriptions(async (how, channels) => {
      await this.#listener[how](...channels);
    });
  }

  start(events: CarrierEvents): void {
    this.#events = events;
    let problem = "CLOSED";
    for (const connection of [this.#commands, this.#listener]) {
      connection.on("error", (error) => {
        problem = describeProblem(error);
      });
      connection.on("close", () => this.#down(problem));
      connection.connect().catch(() => undefined);
    }
    this.#commands.on("ready", () => this.#upIfBoth());
    this.#listener.on("ready", () => void this.#listen());
    this.#listener.on("close", () => {
      this.#isListening = false;
    });
    this.#listener.on("message", (channel, text) => events.message(channel, text));
  }

  publish(channel: string, text: string): Promise<number> {
    return this.#commands.publish(channel, text);
  }

  subscribe(channels: readonly string[]): Promise<void> {
    return this.#subscriptions.subscribe(channels);
  }

  unsubscribe(channels: readonly string[]): void {
    this.#subscriptions.unsubscribe(channels);
  }

  /** Also asks for a sign of life on the connection that only listens. */
  override extend(key: string, ms: number): Promise<boolean> {
    this.#listener.ping().catch(() => undefined);
    return super.extend(key, ms);
  }

  reset(): void {
    for (const connection of [this.#commands, this.#listener]) connection.disconnect(true);
  }

  async close(): Promise<void> {
    this.#isUp = false;
    await this.#commands.quit().catch(() => this.#commands.disconnect());
    this.#listener.disconnect();
  }

  async #listen(): Promise<void> {
    try {
      await this.#subscriptions.restore();
      this.#isListening = true;
      this.#upIfBoth();
    } catch {
      // The connection has ended meanwhile, or it is of no use.
      this.#listener.disconnect(true);
    }
  }

  #upIfBoth(): void {
    if (!this.#isListening || this.#commands.status !== "ready" || this.#isUp === true) return;
    this.#isUp = true;
    this.#events?.up();
  }

  #down(problem: string): void {
    if (this.#isUp === false) return;
    this.#isUp = false;
    this.#events?.down(problem);
  }
}
