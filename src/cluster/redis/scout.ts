// Finds the masters of a Redis Cluster.

import type { Redis } from "ioredis";
import { type Place, readSlots, type SlotMap } from "./slots.ts";

/**
 * Asks for the map, on connections of its own.
 * @param places those who may know, one of which is enough; at least one
 * @param connect makes a connection that is not begun yet
 * @throws what was wrong with the last, where nobody has answered
 */
export async function findSlots(
  places: Iterable<Place>,
  connect: (place: Place) => Redis,
): Promise<SlotMap> {
  let problem: unknown;
  for (const place of places)
    try {
      return await ask(place, connect(place));
    } catch (error) {
      problem = error;
    }
  throw problem;
}

async function ask(place: Place, redis: Redis): Promise<SlotMap> {
  let problem: unknown;
  redis.on("error", (error) => {
    problem = error;
  });
  try {
    await redis.connect();
    return readSlots(await redis.cluster("SLOTS"), place);
  } catch (error) {
    // The other says no more than that the connection was closed.
    throw problem ?? error;
  } finally {
    redis.disconnect();
  }
}
