// The commands of publishing and subscribing: those for one Redis, and those for a master of a Redis Cluster,
// where a channel is in the slot of its name.

import type { Redis } from "ioredis";
import { slotOf } from "./slots.ts";

export interface PubSub {
  /** @returns how many got it */
  publish(redis: Redis, channel: string, text: string): Promise<number>;
  subscribe(redis: Redis, channels: readonly string[]): Promise<unknown>;
  unsubscribe(redis: Redis, channels: readonly string[]): Promise<unknown>;
  /** Those that one command may name. */
  together(channels: readonly string[]): Iterable<readonly string[]>;
  /** The event of a message, with its channel and text. */
  readonly event: string;
}

export const wholePubSub: PubSub = {
  publish: (redis, channel, text) => redis.publish(channel, text),
  subscribe: (redis, channels) => redis.subscribe(...channels),
  unsubscribe: (redis, channels) => redis.unsubscribe(...channels),
  together: (channels) => [channels],
  event: "message",
};

export const shardedPubSub: PubSub = {
  publish: async (redis, channel, text) => Number(await redis.spublish(channel, text)),
  subscribe: (redis, channels) => redis.ssubscribe(...channels),
  unsubscribe: (redis, channels) => redis.sunsubscribe(...channels),
  together: (channels) => Map.groupBy(channels, slotOf).values(),
  event: "smessage",
};
