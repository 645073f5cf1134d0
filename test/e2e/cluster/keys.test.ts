// What is done to claims in Redis, in one step each.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { Redis } from "ioredis";
import { RedisKeys } from "../../../src/cluster/redis/redis-keys.ts";
import { describeWith } from "../../support/missing.ts";
import { RedisServer, redisProgram } from "../../support/redis-server.ts";

const ms = 60_000;

describeWith(redisProgram, "Redis")("a claim in Redis", () => {
  let redis: RedisServer;
  let client: Redis;
  let keys: RedisKeys;

  beforeAll(async () => {
    redis = await RedisServer.start();
    client = new Redis(redis.url.replace("unix://", ""));
    keys = new RedisKeys(client, { failed: () => undefined, worked: () => undefined });
  });

  afterAll(async () => {
    client.disconnect();
    await redis[Symbol.asyncDispose]();
  });

  const claim = (key: string, holder: string, proof: string, stale?: string) =>
    keys.claim(key, { holder, proof, stale, ms });

  test("is the first one's, or whose proof is the same, and later each time", async () => {
    const first = await claim("one", "n1", "a");
    expect(await claim("one", "n2", "b")).toBe(first);
    const second = await claim("one", "n2", "a");
    expect([first, second]).toEqual([
      expect.stringMatching(/^n1 a \d{16}$/),
      expect.stringMatching(/^n2 a \d{16}$/),
    ]);
    expect(Number(second.split(" ")[2])).toBeGreaterThan(Number(first.split(" ")[2]));
    expect(await claim("one", "n3", "c", first)).toBe(second);
    expect(await claim("one", "n3", "c", second)).toStartWith("n3 c ");
    expect(await client.pttl("one")).toBeGreaterThan(ms / 2);
  });

  test("is kept by its node alone, which may have an earlier one there, or none", async () => {
    const kept = [await keys.keepClaim("two", "n1 a 1", ms), await client.get("two")];
    expect(kept).toEqual([true, "n1 a 1"]);
    expect([await keys.keepClaim("two", "n1 b 2", ms), await client.get("two")]).toEqual([
      true,
      "n1 b 2",
    ]);
    expect([await keys.keepClaim("two", "n2 b 3", ms), await client.get("two")]).toEqual([
      false,
      "n1 b 2",
    ]);
    expect(await client.pttl("two")).toBeGreaterThan(ms / 2);
  });

  test("is ended by its node alone", async () => {
    await keys.keepClaim("three", "n1 a 1", ms);
    await keys.endClaim("three", "n2 a 1");
    expect(await client.get("three")).toBe("n1 a 1");
    await keys.endClaim("three", "n1 b 2");
    expect(await client.get("three")).toBeNull();
    await keys.endClaim("three", "n1 b 2");
  });
});
