// Publishing and subscribing: the commands for a single Redis, and those for a master of a Redis Cluster, where a
// channel is in the hash slot of its name; and the set of channels that a node subscribes to. Its changes are sent at
// the end of the tick, since many clients may come and go in one.

import { Command, type Redis } from "ioredis";
import { slotOf } from "./slots.ts";

export interface PubSub {
  /** @returns how many clients of this server received it */
  publish(redis: Redis, channel: string, text: string): Promise<number>;
  subscribe(redis: Redis, channels: readonly string[]): Promise<unknown>;
  unsubscribe(redis: Redis, channels: readonly string[]): Promise<unknown>;
  /** Groups that one command each may name. */
  together(channels: readonly string[]): Iterable<readonly string[]>;
  /** The event by which ioredis reports a message, as bytes. */
  readonly event: string;
}

/** As the methods of ioredis do it, which in Bun 1.4.4 trace each command though nobody listens. */
async function publishBy(
  name: "publish" | "spublish",
  redis: Redis,
  channel: string,
  text: string,
): Promise<number> {
  const command = new Command(name, [channel, text]);
  command.isTraced = true;
  return Number(await redis.sendCommand(command));
}

export const wholePubSub: PubSub = {
  publish: (redis, channel, text) => publishBy("publish", redis, channel, text),
  subscribe: (redis, channels) => redis.subscribe(...channels),
  unsubscribe: (redis, channels) => redis.unsubscribe(...channels),
  together: (channels) => [channels],
  event: "messageBuffer",
};

export const shardedPubSub: PubSub = {
  publish: (redis, channel, text) => publishBy("spublish", redis, channel, text),
  subscribe: (redis, channels) => redis.ssubscribe(...channels),
  unsubscribe: (redis, channels) => redis.sunsubscribe(...channels),
  together: (channels) => Map.groupBy(channels, slotOf).values(),
  event: "smessageBuffer",
};

/** Sends a change of subscriptions. Resolves when it is in force. */
export type Change = (
  how: "subscribe" | "unsubscribe",
  channels: readonly string[],
) => Promise<void>;

/** Channels in one command. Redis replies for each, and other commands wait for that. */
const maxChannels = 500;

export class SubscribedChannels {
  readonly #wanted = new Set<string>();
  readonly #change: Change;
  #changed = new Set<string>();
  #done: Promise<void> | undefined;

  constructor(change: Change) {
    this.#change = change;
  }

  /** Resolves when the subscriptions are in force. Rejects if that is not known; `restore` then tries again. */
  subscribe(channels: readonly string[]): Promise<void> {
    for (const channel of channels) this.#wanted.add(channel);
    return this.#note(channels);
  }

  unsubscribe(channels: readonly string[]): void {
    for (const channel of channels) this.#wanted.delete(channel);
    this.#note(channels).catch(() => undefined);
  }

  /** Drops channels that another server has now, without a command. */
  forget(channels: readonly string[]): void {
    for (const channel of channels) {
      this.#wanted.delete(channel);
      this.#changed.delete(channel);
    }
  }

  /** Subscribes to all of them on a new connection, and to those that are added during the call. */
  async restore(): Promise<void> {
    let chunk: string[] = [];
    for (const channel of this.#wanted) {
      chunk.push(channel);
      if (chunk.length < maxChannels) continue;
      await this.#change("subscribe", chunk);
      chunk = [];
    }
    if (chunk.length > 0) await this.#change("subscribe", chunk);
  }

  #note(channels: readonly string[]): Promise<void> {
    for (const channel of channels) this.#changed.add(channel);
    this.#done ??= new Promise((resolve, reject) => {
      setImmediate(() => this.#apply().then(resolve, reject));
    });
    return this.#done;
  }

  async #apply(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed = new Set();
    this.#done = undefined;
    const coming = changed.filter((channel) => this.#wanted.has(channel));
    const going = changed.filter((channel) => !this.#wanted.has(channel));
    await Promise.all([
      ...inChunks(going).map((chunk) => this.#change("unsubscribe", chunk)),
      ...inChunks(coming).map((chunk) => this.#change("subscribe", chunk)),
    ]);
  }
}

function inChunks(channels: readonly string[]): string[][] {
  const chunks = [];
  for (let index = 0; index < channels.length; index += maxChannels)
    chunks.push(channels.slice(index, index + maxChannels));
  return chunks;
}
