// The cluster's options, and which Redis they name: a single one, one that Sentinels find, or a Redis Cluster.

import * as v from "valibot";
import {
  boolean,
  type Check,
  file,
  fileWith,
  integer,
  type Option,
  type Settings,
  text,
} from "../options/option.ts";
import {
  type RedisAddress,
  readAddresses,
  readSentinels,
  type TcpAddress,
} from "./redis/address.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

/** @param read returns a value, or what the text must be, as the end of a sentence */
const readBy = <Value>(read: (given: string) => Value | string) =>
  v.rawTransform<string, Value>(({ dataset, addIssue, NEVER }) => {
    const value = read(dataset.value);
    if (typeof value !== "string") return value;
    addIssue({ message: value });
    return NEVER;
  });

export const redisUrl = option<readonly [RedisAddress, ...RedisAddress[]] | undefined>({
  name: "redis-url",
  placeholder: "url",
  schema: v.pipe(text(), readBy(readAddresses)),
  default: undefined,
  isSecret: true,
  help: "Redis that joins several nodes to one server: redis://[[user:]password@]host[:port][/db], rediss:// for TLS, or unix:///path; a single node needs none",
});

const redisUrlFile = fileWith(redisUrl);

export const redisPasswordFile = option<string | undefined>({
  name: "redis-password-file",
  placeholder: "path",
  schema: v.pipe(
    file(),
    v.transform((held) => held.replace(/\r?\n$/, "")),
  ),
  default: undefined,
  help: "file that holds the password for Redis, instead of a password in --redis-url",
});

export const redisPrefix = option({
  name: "redis-prefix",
  placeholder: "text",
  schema: v.pipe(
    v.string(),
    v.regex(/^[^{}\s]{0,64}$/, "must be at most 64 characters without spaces and braces"),
  ),
  default: "signalbox:",
  help: "prefix of all keys and channels in Redis; nodes with the same prefix are one server",
});

export const redisCluster = option({
  name: "redis-cluster",
  placeholder: "boolean",
  schema: boolean(),
  default: false,
  help: "whether Redis is a Redis Cluster; --redis-url may then name several of its nodes, comma-separated",
});

export const redisSentinels = option<readonly TcpAddress[] | undefined>({
  name: "redis-sentinels",
  placeholder: "addresses",
  schema: v.pipe(text(), readBy(readSentinels)),
  default: undefined,
  isSecret: true,
  help: "Sentinels that know the address of Redis, comma-separated, the first with rediss:// for TLS; --redis-url then gives the master's name: redis://mymaster",
});

const redisSentinelsFile = fileWith(redisSentinels);

export const clusterLeaseSeconds = option({
  name: "cluster-lease-seconds",
  placeholder: "seconds",
  schema: integer(1, 3600),
  default: 15,
  help: "how long other nodes still show the members of a node that has died or is cut off",
});

export const clusterOptions: readonly Option<unknown>[] = [
  redisUrl,
  redisUrlFile,
  redisPasswordFile,
  redisPrefix,
  redisCluster,
  redisSentinels,
  redisSentinelsFile,
  clusterLeaseSeconds,
];

export type RedisTarget =
  | { readonly kind: "one"; readonly address: RedisAddress }
  | {
      readonly kind: "found";
      /** Its host is the name that Sentinels know it by. */
      readonly master: TcpAddress;
      readonly sentinels: readonly TcpAddress[];
    }
  | { readonly kind: "cluster"; readonly seeds: readonly [TcpAddress, ...TcpAddress[]] };

/** @returns `undefined` if no Redis is set; a sentence for the operator if the settings contradict each other */
export function targetOf(settings: Settings): RedisTarget | string | undefined {
  const addresses = settings(redisUrl);
  const sentinels = settings(redisSentinels);
  if (addresses === undefined) return missingUrl(settings(redisCluster), sentinels !== undefined);
  const [first, ...others] = addresses;
  if (settings(redisCluster)) return clusterAt(addresses, sentinels !== undefined);
  if (others.length > 0)
    return "--redis-url names several addresses, and --redis-cluster is not set";
  if (sentinels === undefined) return { kind: "one", address: first };
  if ("path" in first) return "--redis-sentinels need redis://<name of the master>";
  return { kind: "found", master: first, sentinels };
}

/** What must hold between these options. */
export const clusterChecks: readonly Check[] = [
  {
    of: [redisUrl, redisCluster, redisSentinels],
    problems: (settings) => {
      const target = targetOf(settings);
      return typeof target === "string" ? [target] : [];
    },
  },
];

function missingUrl(isCluster: boolean, hasSentinels: boolean): string | undefined {
  if (hasSentinels) return "--redis-sentinels need --redis-url redis://<name of the master>";
  return isCluster ? "--redis-cluster needs --redis-url" : undefined;
}

function clusterAt(
  [first, ...others]: readonly [RedisAddress, ...RedisAddress[]],
  hasSentinels: boolean,
): RedisTarget | string {
  if (hasSentinels) return "--redis-cluster needs no Sentinels: set it, or --redis-sentinels";
  if (!isSeed(first) || !others.every(isSeed))
    return "--redis-cluster needs addresses with hosts, and knows no databases";
  return { kind: "cluster", seeds: [first, ...others] };
}

const isSeed = (address: RedisAddress): address is TcpAddress =>
  !("path" in address) && address.db === 0;
