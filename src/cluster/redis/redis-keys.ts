// The keys in Redis: leases, and claims, each of which changes in one step.

import type { Redis } from "ioredis";
import type { ClaimRequest } from "../carrier.ts";

/**
 * KEYS: the claim. ARGV: holder, proof, milliseconds, the claim that is stale. A claim is `holder proof since`
 * with microseconds that grow from one to the next.
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

/** Whether nobody holds the claim, or the node that holds it by ARGV[1]: an earlier claim of its own, too. */
const isOwn = `
local held = redis.call("GET", KEYS[1])
local isOwn = not held or string.match(held, "^%S+") == string.match(ARGV[1], "^%S+")`;

/** KEYS: the claim. ARGV: what it should be, milliseconds. */
const keepScript = `${isOwn}
if not isOwn then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1`;

/** KEYS: the claim. ARGV: what it should be. */
const endScript = `${isOwn}
if not isOwn then return 0 end
return redis.call("DEL", KEYS[1])`;

export class RedisKeys {
  readonly #client: Redis;

  constructor(client: Redis) {
    this.#client = client;
  }

  async set(key: string, value: string, ms: number): Promise<void> {
    await this.#client.set(key, value, "PX", ms);
  }

  async extend(key: string, ms: number): Promise<boolean> {
    return (await this.#client.pexpire(key, ms)) === 1;
  }

  /** One command a key: with Redis Cluster each is in a slot of its own. */
  get(keys: readonly string[]): Promise<readonly (string | null)[]> {
    return Promise.all(keys.map((key) => this.#client.get(key)));
  }

  async delete(key: string): Promise<void> {
    await this.#client.del(key);
  }

  async claim(key: string, { holder, proof, stale, ms }: ClaimRequest): Promise<string> {
    return String(await this.#client.eval(claimScript, 1, key, holder, proof, ms, stale ?? ""));
  }

  async keepClaim(key: string, claim: string, ms: number): Promise<boolean> {
    return (await this.#client.eval(keepScript, 1, key, claim, ms)) === 1;
  }

  async endClaim(key: string, claim: string): Promise<void> {
    await this.#client.eval(endScript, 1, key, claim);
  }
}
