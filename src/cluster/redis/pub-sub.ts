// Publishing and subscribing: the commands for a single Redis, and those for a master of a Redis Cluster, where a
// channel is in the hash slot of its name; and the set of channels that a node subscribes to. Its changes are sent at
// the end of the tick, since many clients may come and go in one, and some at a time, since Redis replies for each.

import { Command, type Redis } from "ioredis";
import type { Message } from "../carrier.ts";
import { slotOf } from "./slots.ts";

export interface PubSub {
  /** @returns how many clients of this server received it */
  publish(redis: Redis, channel: string, message: Message): Promise<number>;
  subscribe(redis: Redis, channels: readonly string[]): Promise<unknown>;
  unsubscribe(redis: Redis, channels: readonly string[]): Promise<unknown>;
  /** @returns for each channel how many clients of this server are subscribed to it */
  subscribers(redis: Redis, channels: readonly string[]): Promise<readonly number[]>;
  /** Groups that one command each may name. */
  together(channels: readonly string[]): Iterable<readonly string[]>;
  /** The event by which ioredis reports a message, as bytes. */
  readonly event: string;
}

/**
 * A command that writes its message where it is sent from. ioredis would copy it three times, as a text, which makes a
 * publish of 17 KB twice as dear.
 */
class PublishCommand extends Command {
  readonly #channel: string;
  readonly #message: Message;

  constructor(name: "publish" | "spublish", channel: string, message: Message) {
    super(name, [channel]);
    this.#channel = channel;
    this.#message = message;
    // In Bun 1.4.4 each command would be traced, though nobody listens.
    this.isTraced = true;
  }

  override toWritable(): Buffer {
    const { name } = this;
    const begin = `*3\r\n$${name.length}\r\n${name}\r\n$${Buffer.byteLength(this.#channel)}\r\n${this.#channel}\r\n`;
    const head = `${begin}$${this.#message.bytes}\r\n`;
    const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(head) + this.#message.bytes + 2);
    const end = this.#message.writeTo(bytes, bytes.write(head));
    bytes.write("\r\n", end);
    return bytes;
  }
}

const publishBy = async (redis: Redis, command: PublishCommand): Promise<number> =>
  Number(await redis.sendCommand(command));

/** @param reply each channel, and after it the count */
const countsIn = (reply: unknown[]): readonly number[] =>
  Array.from({ length: reply.length / 2 }, (_, index) => Number(reply[2 * index + 1]));

export const wholePubSub: PubSub = {
  publish: (redis, ...sent) => publishBy(redis, new PublishCommand("publish", ...sent)),
  subscribe: (redis, channels) => redis.subscribe(...channels),
  unsubscribe: (redis, channels) => redis.unsubscribe(...channels),
  subscribers: (redis, channels) => redis.pubsub("NUMSUB", ...channels).then(countsIn),
  together: (channels) => [channels],
  event: "messageBuffer",
};

export const shardedPubSub: PubSub = {
  publish: (redis, ...sent) => publishBy(redis, new PublishCommand("spublish", ...sent)),
  subscribe: (redis, channels) => redis.ssubscribe(...channels),
  unsubscribe: (redis, channels) => redis.sunsubscribe(...channels),
  subscribers: (redis, channels) => redis.pubsub("SHARDNUMSUB", ...channels).then(countsIn),
  together: (channels) => Map.groupBy(channels, slotOf).values(),
  event: "smessageBuffer",
};

/** Sends a change of subscriptions. Resolves when it is in force. */
export type Change = (
  how: "subscribe" | "unsubscribe",
  channels: readonly string[],
) => Promise<void>;

/** Channels in one command. */
const maxChannels = 128;

/** Channels whose change Redis has not confirmed yet: it replies for each, and frames of other nodes wait behind that. */
const maxUnderWay = 256;

/** Changes that are sent at once. */
interface ChangeBatch {
  readonly channels: Set<string>;
  readonly done: PromiseWithResolvers<void>;
}

export class SubscribedChannels {
  readonly #wanted = new Set<string>();
  readonly #change: Change;
  /** Oldest first; the last one may take more. */
  readonly #batches: ChangeBatch[] = [];
  #underWay = 0;
  #isScheduled = false;

  constructor(change: Change) {
    this.#change = change;
  }

  /** Resolves when the subscriptions are in force. Rejects if that is not known; `restore` then tries again. */
  subscribe(channels: readonly string[]): Promise<unknown> {
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
      for (const batch of this.#batches) batch.channels.delete(channel);
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

  /** Resolves when it is done; of the same batch it is the same promise. */
  #note(channels: readonly string[]): Promise<unknown> {
    const last = this.#batches.at(-1);
    const room = last === undefined ? 0 : maxChannels - last.channels.size;
    if (last === undefined || room < channels.length) return this.#noteAnew(channels);
    for (const channel of channels) last.channels.add(channel);
    return last.done.promise;
  }

  #noteAnew(channels: readonly string[]): Promise<unknown> {
    const batches = inChunks(channels).map((chunk) => ({
      channels: new Set(chunk),
      done: Promise.withResolvers<void>(),
    }));
    this.#batches.push(...batches);
    this.#plan();
    const [first, ...more] = batches.map(({ done }) => done.promise);
    return first === undefined || more.length > 0 ? Promise.all([first, ...more]) : first;
  }

  #plan(): void {
    if (this.#isScheduled || this.#batches.length === 0) return;
    this.#isScheduled = true;
    setImmediate(this.#send);
  }

  readonly #send = (): void => {
    this.#isScheduled = false;
    while (this.#underWay < maxUnderWay) {
      const batch = this.#batches.shift();
      if (batch === undefined) return;
      const { size } = batch.channels;
      this.#underWay += size;
      this.#apply(batch.channels)
        .finally(() => {
          this.#underWay -= size;
          this.#plan();
        })
        .then(batch.done.resolve, batch.done.reject);
    }
  };

  async #apply(changed: ReadonlySet<string>): Promise<void> {
    const { going = [], coming = [] } = Object.groupBy(changed, (channel) =>
      this.#wanted.has(channel) ? "coming" : "going",
    );
    await Promise.all([
      going.length > 0 && this.#change("unsubscribe", going),
      coming.length > 0 && this.#change("subscribe", coming),
    ]);
  }
}

function inChunks(channels: readonly string[]): string[][] {
  const chunks = [];
  for (let index = 0; index < channels.length; index += maxChannels)
    chunks.push(channels.slice(index, index + maxChannels));
  return chunks;
}
