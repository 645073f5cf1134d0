// What an operator may set of the cluster.

import * as v from "valibot";
import { boolean, file, integer, type Option, text } from "../options/option.ts";
import { type Address, readAddresses, readSentinels, type TcpAddress } from "./redis/address.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

/** What can be read of a text; else it is said what it must be. */
const readBy = <Value>(read: (given: string) => Value | string) =>
  v.rawTransform<string, Value>(({ dataset, addIssue, NEVER }) => {
    const value = read(dataset.value);
    if (typeof value !== "string") return value;
    addIssue({ message: value });
    return NEVER;
  });

export const redisUrl = option<readonly [Address, ...Address[]] | undefined>({
  name: "redis-url",
  placeholder: "url",
  schema: v.pipe(text(), readBy(readAddresses)),
  default: undefined,
  isSecret: true,
  help: "Redis that joins several nodes to one server: redis://[[user:]password@]host[:port][/db], rediss:// for TLS, or unix:///path; a single node needs none",
});

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

export const clusterLeaseSeconds = option({
  name: "cluster-lease-seconds",
  placeholder: "seconds",
  schema: integer(1, 3600),
  default: 15,
  help: "how long other nodes still show the members of a node that has died or is cut off",
});

export const clusterOptions: readonly Option<unknown>[] = [
  redisUrl,
  redisPasswordFile,
  redisPrefix,
  redisCluster,
  redisSentinels,
  clusterLeaseSeconds,
];
