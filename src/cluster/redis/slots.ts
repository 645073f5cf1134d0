// Each channel and key of a Redis Cluster is in one of 16,384 hash slots, and each slot belongs to a master. Any
// master knows which.

import type { Redis } from "ioredis";

const slotCount = 16_384;

/** Where a Redis listens, by TCP. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Which master has which slots. */
export interface SlotMap {
  /** By `host port`. */
  readonly masters: ReadonlyMap<string, Endpoint>;
  /** For each slot the key of its master. */
  readonly keys: readonly (string | undefined)[];
  /** Whether some slots have no master. */
  readonly hasGaps: boolean;
}

export const emptyMap: SlotMap = { masters: new Map(), keys: [], hasGaps: true };

/** CRC-16/XMODEM of each byte value. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0);
  return crc;
});

/** The slot of a channel or key. It is that of the text in the first braces, unless they are empty or missing. */
export function slotOf(name: string): number {
  const start = name.indexOf("{") + 1;
  const end = name.indexOf("}", start);
  const tag = start > 0 && end > start ? name.slice(start, end) : name;
  let crc = 0;
  for (const byte of Buffer.from(tag))
    crc = ((crc << 8) & 0xffff) ^ (table[(crc >> 8) ^ byte] ?? 0);
  return crc % slotCount;
}

/**
 * @param reply to CLUSTER SLOTS: for each range its first slot, its last slot, its master and its replicas
 * @param asked the server that has replied; masters without a host have the same one
 */
export function readSlots(reply: unknown, asked: Endpoint): SlotMap {
  const masters = new Map<string, Endpoint>();
  const keys: (string | undefined)[] = Array(slotCount).fill(undefined);
  for (const range of asList(reply)) {
    const [from, to, master] = asList(range);
    const [host, port] = asList(master);
    // The server that was asked does not know the host either.
    if (host === "" || host === "?" || typeof port !== "number") continue;
    const place = { host: typeof host === "string" ? host : asked.host, port };
    const key = `${place.host} ${place.port}`;
    masters.set(key, place);
    keys.fill(key, Number(from), Number(to) + 1);
  }
  return { masters, keys, hasGaps: keys.includes(undefined) };
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * Asks one server after the other, on connections of its own, until one replies.
 * @param places at least one
 * @param connect makes a client that does not connect by itself
 * @throws the problem of the last one if none replies
 */
export async function findSlots(
  places: Iterable<Endpoint>,
  connect: (place: Endpoint) => Redis,
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

async function ask(place: Endpoint, redis: Redis): Promise<SlotMap> {
  let problem: unknown;
  redis.on("error", (error) => {
    problem = error;
  });
  try {
    await redis.connect();
    return readSlots(await redis.cluster("SLOTS"), place);
  } catch (error) {
    // The rejection only says that the connection was closed.
    throw problem ?? error;
  } finally {
    redis.disconnect();
  }
}
