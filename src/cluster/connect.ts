// How nodes connect to Redis: by its address, through Sentinels, or to a Redis Cluster.

import { Redis, type RedisOptions } from "ioredis";
import type { Settings } from "../option.ts";
import { type Address, readAddresses, readSentinels, type TcpAddress } from "./address.ts";
import type { Carrier } from "./carrier.ts";
import { redisCluster, redisSentinels, redisUrl } from "./options.ts";
import { RedisCarrier } from "./redis-carrier.ts";
import { ShardedCarrier } from "./sharded-carrier.ts";
import type { Place } from "./slots.ts";

/** Milliseconds for a connection to be made. */
const connectMs = 5000;

/** Longest wait between two tries to connect, and for an answer to a command. */
const maxWaitMs = 2000;

type Options = Omit<RedisOptions, "replyMapping">;

/** What an operator has set makes no sense; the message says what. */
export class ClusterError extends Error {}

/**
 * @param password in place of that in the address
 * @param leaseMs within a third of it, a node notices that Redis is gone, and that it is back
 */
export function carrierOf(
  settings: Settings,
  password: string | undefined,
  leaseMs: number,
): Carrier {
  const addresses = readAddresses(settings(redisUrl));
  if (typeof addresses === "string") throw new ClusterError(`--redis-url ${addresses}`);
  const [first, ...others] = addresses;
  const waitMs = Math.min(maxWaitMs, leaseMs / 3);
  const retryMs = (tries: number): number =>
    Math.random() * Math.min(waitMs, 50 * 2 ** Math.min(tries, 10)) + 10;
  const common = commonOptions(first, password, waitMs, retryMs);
  if (settings(redisCluster)) return shardedCarrier([first, ...others], common, retryMs);
  if (others.length > 0)
    throw new ClusterError("--redis-url names several addresses, and --redis-cluster is not set");
  const given = settings(redisSentinels);
  const sentinels = given === "" ? undefined : readSentinels(given);
  const where = sentinels === undefined ? placeOf(first) : foundBy(sentinels, first);
  return new RedisCarrier(() => new Redis({ ...common, ...where }));
}

/** Whatever is perishable is neither queued nor sent twice. */
function commonOptions(
  first: Address,
  password: string | undefined,
  waitMs: number,
  retryMs: (tries: number) => number,
): Options {
  const secret = password ?? first.password;
  return {
    ...(first.username !== undefined && { username: first.username }),
    ...(secret !== undefined && { password: secret }),
    db: first.db,
    ...("isTls" in first && first.isTls && { tls: {} }),
    connectionName: "signalbox",
    connectTimeout: connectMs,
    socketTimeout: waitMs,
    retryStrategy: retryMs,
    sentinelRetryStrategy: retryMs,
    maxRetriesPerRequest: null,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    lazyConnect: true,
  };
}

const placeOf = (address: Address): Options =>
  "path" in address ? { path: address.path } : { host: address.host, port: address.port };

function foundBy(sentinels: readonly TcpAddress[], master: Address): Options {
  if ("path" in master)
    throw new ClusterError("--redis-sentinels need redis://<name of the master>");
  const [login] = sentinels;
  return {
    name: master.host,
    sentinels: sentinels.map(({ host, port }) => ({ host, port })),
    ...(login?.username !== undefined && { sentinelUsername: login.username }),
    ...(login?.password !== undefined && { sentinelPassword: login.password }),
    ...(login?.isTls === true && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    failoverDetector: true,
  };
}

function shardedCarrier(
  addresses: readonly Address[],
  common: Options,
  retryMs: (tries: number) => number,
): Carrier {
  const seeds = addresses.flatMap((address) => ("path" in address ? [] : [address]));
  if (seeds.length < addresses.length || seeds.some(({ db }) => db !== 0))
    throw new ClusterError("--redis-cluster needs addresses with hosts, and knows no databases");
  const connect = ({ host, port }: Place): Redis => new Redis({ ...common, host, port });
  return new ShardedCarrier({ seeds, connect, retryMs });
}
