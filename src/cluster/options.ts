// What an operator may set of the cluster.

import * as v from "valibot";
import { boolean, integer, type Option, text } from "../option.ts";
import { readAddresses, readSentinels } from "./address.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

export const redisUrl = option({
  name: "redis-url",
  placeholder: "url",
  schema: v.pipe(
    text(),
    v.check(
      (given) => typeof readAddresses(given) !== "string",
      (issue) => String(readAddresses(issue.input)),
    ),
  ),
  default: "",
  isSecret: true,
  help:
    "Redis that joins several nodes: redis://[[user:]password@]host[:port][/db], rediss:// for TLS, " +
    "unix:///path; none for one node alone",
});

export const redisPasswordFile = option({
  name: "redis-password-file",
  placeholder: "path",
  schema: text(),
  default: "",
  help: "file that holds the password of Redis, in place of one in its address",
});

export const redisPrefix = option({
  name: "redis-prefix",
  placeholder: "text",
  schema: v.pipe(
    v.string(),
    v.regex(/^[^{}\s]{0,64}$/, "must be at most 64 characters without spaces and braces"),
  ),
  default: "signalbox:",
  help: "what the names of all keys and channels in Redis begin with: nodes with the same one meet",
});

export const redisCluster = option({
  name: "redis-cluster",
  placeholder: "true|false",
  schema: boolean(),
  default: false,
  help: "whether it is a Redis Cluster; the address may then name several of its nodes, with commas",
});

export const redisSentinels = option({
  name: "redis-sentinels",
  placeholder: "addresses",
  schema: v.pipe(
    text(),
    v.check(
      (given) => readSentinels(given) !== undefined,
      "must be addresses with commas: [redis://[[user:]password@]]host[:port]",
    ),
  ),
  default: "",
  isSecret: true,
  help: "Sentinels that know where Redis is; its address then names the master: redis://mymaster",
});

export const clusterLeaseSeconds = option({
  name: "cluster-lease-seconds",
  placeholder: "seconds",
  schema: integer(1, 3600),
  default: 15,
  help: "how long the members of a node that has died or is cut off stay in the view of the others",
});

export const clusterOptions: readonly Option<unknown>[] = [
  redisUrl,
  redisPasswordFile,
  redisPrefix,
  redisCluster,
  redisSentinels,
  clusterLeaseSeconds,
];
