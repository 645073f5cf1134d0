// Tries the Redis that the settings name, before a server uses it: everything that a node asks of it, once.

import { newNodeId } from "../core/ids.ts";
import type { Settings } from "../options/option.ts";
import { type Carrier, messageOf } from "./carrier.ts";
import { redisPasswordFile, redisPrefix, targetOf } from "./options.ts";
import { carrierOf } from "./redis/carrier-of.ts";
import { describeProblem } from "./redis/problem.ts";
import { RefusedCommands } from "./redis/refused-commands.ts";

/** Milliseconds for all of it. */
const tryMs = 5000;

/** Milliseconds for which the keys of a try are kept. */
const keptMs = 10_000;

/**
 * @param settings must have passed their checks
 * @returns what is wrong, as a sentence; `undefined` if nothing is, or if no Redis is set
 */
export async function tryRedis(settings: Settings): Promise<string | undefined> {
  const target = targetOf(settings);
  if (target === undefined || typeof target === "string") return target;
  const refused = new RefusedCommands({ info: () => {}, warn: () => {} }, () => performance.now());
  const carrier = carrierOf(target, settings(redisPasswordFile), tryMs, refused);
  const timeout = Promise.withResolvers<string>();
  const timer = setTimeout(() => timeout.resolve("Redis does not answer: TIMEOUT"), tryMs);
  try {
    const name = `${settings(redisPrefix)}try:${newNodeId()}`;
    return await Promise.race([attempt(carrier, name), timeout.promise]);
  } finally {
    clearTimeout(timer);
    await carrier.close();
  }
}

/** @param name of a channel and of keys that nobody else uses */
async function attempt(carrier: Carrier, name: string): Promise<string | undefined> {
  const { promise: up, resolve, reject } = Promise.withResolvers<void>();
  const heard = Promise.withResolvers<void>();
  carrier.start({
    up: resolve,
    down: (problem) => reject(new Unreachable(problem)),
    message: () => heard.resolve(),
  });
  try {
    await up;
  } catch (thrown) {
    return `Redis cannot be reached: ${thrown instanceof Unreachable ? thrown.message : "unknown"}`;
  }
  const claim = { holder: name, proof: "proof", stale: undefined, ms: keptMs };
  const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["SET", () => carrier.keys.set(name, "try", keptMs)],
    ["GET", () => carrier.keys.get([name])],
    ["PEXPIRE", () => carrier.keys.extend(name, keptMs)],
    ["DEL", () => carrier.keys.delete(name)],
    ["EVAL", () => carrier.keys.claim(name, claim)],
    ["DEL", () => carrier.keys.delete(name)],
    ["SUBSCRIBE", () => carrier.subscribe([name])],
    ["PUBLISH", () => carrier.publish(name, messageOf("try"))],
  ];
  for (const [command, run] of steps)
    try {
      await run();
    } catch (thrown) {
      return `Redis refuses ${command}: ${describeProblem(thrown)}`;
    }
  await heard.promise;
  return undefined;
}

class Unreachable extends Error {}
