// The keys in Redis: leases and claims. A claim changes in one step, by a script.

import type { Redis } from "ioredis";
import type { ClaimRequest, Keys, SetPage } from "../carrier.ts";

/**
 * KEYS: the claim. ARGV: holder, proof, milliseconds, stale claim. A claim is `holder proof since`, where `since` is in
 * microseconds and grows with each claim of an id.
 */
const claimScript = `
local held = redis.call("GET", KEYS[1])
local since = 0
if held then
  local proof, at = string.match(held, "^%S+ (%S+) (%d+)$")
  if proof ~= ARGV[2] and held ~= ARGV[4] then return held end
  since = tonumber(at) or 0
end
local time = redis.call("TIME")
since = math.max(since + 1, time[1] * 1000000 + time[2])
local claim = ARGV[1] .. " " .. ARGV[2] .. " " .. string.format("%.0f", since)
redis.call("SET", KEYS[1], claim, "PX", ARGV[3])
return claim`;

/** Whether the id is free, or held by the holder in ARGV[1], perhaps by an earlier claim. */
const isOwn = `
local held = redis.call("GET", KEYS[1])
local isOwn = not held or string.match(held, "^%S+") == string.match(ARGV[1], "^%S+")`;

/** KEYS: the claim. ARGV: its value, milliseconds. */
const keepScript = `${isOwn}
if not isOwn then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1`;

/** KEYS: the claim. ARGV: its value. */
const endScript = `${isOwn}
if not isOwn then return 0 end
return redis.call("DEL", KEYS[1])`;

/** Texts of a set that are read at a time, about. */
const setPageSize = 1000;

/** Is told how commands went. */
export interface CommandWatch {
  failed(command: string, error: unknown): void;
  worked(command: string): void;
}

export class RedisKeys implements Keys {
  readonly #client: Redis;
  readonly #watch: CommandWatch;

  constructor(client: Redis, watch: CommandWatch) {
    this.#client = client;
    this.#watch = watch;
  }

  async set(key: string, value: string, ms: number): Promise<void> {
    await this.#run("SET", this.#client.set(key, value, "PX", ms));
  }

  async extend(key: string, ms: number): Promise<boolean> {
    return (await this.#run("PEXPIRE", this.#client.pexpire(key, ms))) === 1;
  }

  /** One command for each key: in a Redis Cluster each is in another slot. */
  get(keys: readonly string[]): Promise<readonly (string | null)[]> {
    return Promise.all(keys.map((key) => this.#run("GET", this.#client.get(key))));
  }

  async delete(key: string): Promise<void> {
    await this.#run("DEL", this.#client.del(key));
  }

  async claim(key: string, { holder, proof, stale, ms }: ClaimRequest): Promise<string> {
    const claim = this.#client.eval(claimScript, 1, key, holder, proof, ms, stale ?? "");
    return String(await this.#run("EVAL", claim));
  }

  async keepClaim(key: string, claim: string, ms: number): Promise<boolean> {
    return (await this.#run("EVAL", this.#client.eval(keepScript, 1, key, claim, ms))) === 1;
  }

  async endClaim(key: string, claim: string): Promise<void> {
    // Redis does this one though it refuses to set keys, so that it says nothing about EVAL.
    await this.#client.eval(endScript, 1, key, claim);
  }

  async addToSet(
    key: string,
    entries: readonly (readonly [string, number])[],
    ms: number,
  ): Promise<void> {
    const scored = entries.flatMap(([text, until]) => [until, text]);
    const add = this.#client.zadd(key, "GT", ...scored);
    // Sent together: a set that was just made has no time to live before that.
    const keep = this.#client.pexpire(key, ms);
    await Promise.all([this.#run("ZADD", add), this.#run("PEXPIRE", keep)]);
  }

  async scanSet(key: string, from: string): Promise<SetPage> {
    const reply = this.#client.zscan(key, from, "COUNT", setPageSize);
    const [cursor, flat] = await this.#run("ZSCAN", reply);
    const entries: (readonly [string, number])[] = [];
    for (let at = 0; at + 1 < flat.length; at += 2)
      entries.push([String(flat[at]), Number(flat[at + 1])]);
    return { cursor, entries };
  }

  async trimSet(key: string, now: number): Promise<void> {
    await this.#run("ZREMRANGEBYSCORE", this.#client.zremrangebyscore(key, 0, now));
  }

  async #run<Reply>(command: string, reply: Promise<Reply>): Promise<Reply> {
    try {
      const done = await reply;
      this.#watch.worked(command);
      return done;
    } catch (error) {
      this.#watch.failed(command, error);
      throw error;
    }
  }
}
