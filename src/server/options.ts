// What an operator may set of the server itself, and what follows from it.

import { isIPv6 } from "node:net";
import * as v from "valibot";
import { closeReasons } from "../core/close.ts";
import type { Limits } from "../core/limits.ts";
import type { Patience } from "../core/peer.ts";
import { type Check, integer, type Option, oneOf, type Settings } from "../options/option.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

export const port = option({
  name: "port",
  placeholder: "number",
  schema: integer(0, 65_535),
  default: 8081,
  help: "TCP port to listen on; 0 takes a free one and says which",
});

/** Brackets around an IPv6 address are left out. Bun cannot serve at an address with a zone (`%eth0`). */
const hostname = v.pipe(
  v.string(),
  v.transform((given) => given.replace(/^\[(.*:.*)\]$/, "$1")),
  v.check(
    (given) => /^[\w.*-]+$/.test(given) || (isIPv6(given) && !given.includes("%")),
    "must be a host name or an IP address like 127.0.0.1 or ::1",
  ),
);

export const host = option({
  name: "host",
  placeholder: "address",
  schema: hostname,
  default: "0.0.0.0",
  help: "address to listen on; 127.0.0.1 for this machine only, :: for IPv6 too",
});

export const logLevel = option({
  name: "log-level",
  placeholder: "level",
  schema: oneOf(["debug", "info", "warn", "error"]),
  default: "info",
  help: "least level that is logged: debug, info, warn or error",
});

export const maxConnections = option({
  name: "max-connections",
  placeholder: "number",
  schema: integer(0, 10_000_000),
  default: 0,
  help: "WebSocket connections at one time, further ones get 503; 0 for no limit",
});

export const maxFrameBytes = option({
  name: "max-frame-bytes",
  placeholder: "bytes",
  schema: integer(1024, 16_777_216),
  default: 65_536,
  help: "largest message that a client may send; a larger one closes its socket with 1009",
});

export const maxTopicMembers = option({
  name: "max-topic-members",
  placeholder: "number",
  schema: integer(1, 1_000_000),
  default: 10_000,
  help: "members of one topic; a further one is closed with 1013",
});

export const maxTopics = option({
  name: "max-topics",
  placeholder: "number",
  schema: integer(0, 10_000_000),
  default: 250_000,
  help: "topics, rooms and ids that one process may have open; who opens one more is closed with 1013; 0 for no limit",
});

export const framesPerSecond = option({
  name: "frames-per-second",
  placeholder: "number",
  schema: integer(0, 10_000_000),
  default: 500,
  help:
    "what one connection may do: each message that it sends counts 1, and each copy that is delivered because of it 1 " +
    "more; after a rest, what 20 seconds allow at once; beyond that it is told, and nothing is relayed; 0 for no limit",
});

export const bytesPerSecond = option({
  name: "bytes-per-second",
  placeholder: "bytes",
  schema: integer(0, 1_000_000_000),
  default: 262_144,
  help: "bytes that one connection may send, likewise; 0 for no limit",
});

export const maxQueuedFrames = option({
  name: "max-queued-frames",
  placeholder: "number",
  schema: integer(1, 1_000_000),
  default: 1024,
  help: "frames that wait for a peer that does not read; further ones are dropped, and said to be",
});

export const maxQueuedBytes = option({
  name: "max-queued-bytes",
  placeholder: "bytes",
  schema: integer(1024, 1_073_741_824),
  default: 1_048_576,
  help: "bytes that wait for a peer that does not read; further frames are dropped, and said to be",
});

export const slowPeerSeconds = option({
  name: "slow-peer-seconds",
  placeholder: "seconds",
  schema: integer(1, 86_400),
  default: 30,
  help: "how long a peer may leave frames waiting before it is closed with 1013",
});

export const pingSeconds = option({
  name: "ping-seconds",
  placeholder: "seconds",
  schema: integer(1, 86_400),
  default: 25,
  help: "silence after which a peer is pinged",
});

export const silentSeconds = option({
  name: "silent-seconds",
  placeholder: "seconds",
  schema: integer(2, 86_400),
  default: 60,
  help: "silence after which a peer is taken for gone",
});

export const drainSeconds = option({
  name: "drain-seconds",
  placeholder: "seconds",
  schema: integer(0, 3600),
  default: 10,
  help: "longest time that stopping may take on SIGTERM or SIGINT; with Redis, a second more",
});

export const workers = option({
  name: "workers",
  placeholder: "number",
  schema: integer(1, 256),
  default: 1,
  help: "processes that serve on the one port, each a node; more than one needs Redis",
});

/** In the order in which the help shows them. */
export const serverOptions: readonly Option<unknown>[] = [
  port,
  host,
  workers,
  logLevel,
  drainSeconds,
];

/** In the order in which the help shows them. */
export const limitOptions: readonly Option<unknown>[] = [
  maxConnections,
  maxFrameBytes,
  maxTopicMembers,
  maxTopics,
  framesPerSecond,
  bytesPerSecond,
  maxQueuedFrames,
  maxQueuedBytes,
  slowPeerSeconds,
  pingSeconds,
  silentSeconds,
];

/** What must hold between them. */
export const checks: readonly Check[] = [
  {
    of: [pingSeconds, silentSeconds],
    problems: (settings) =>
      settings(pingSeconds) < settings(silentSeconds)
        ? []
        : ["--ping-seconds must be less than --silent-seconds"],
  },
];

/** The core's bounds. */
export const limitsOf = (settings: Settings): Limits => ({
  maxQueuedFrames: settings(maxQueuedFrames),
  maxQueuedBytes: settings(maxQueuedBytes),
  maxTopicMembers: settings(maxTopicMembers),
  maxTopics: settings(maxTopics),
  framesPerSecond: settings(framesPerSecond),
  bytesPerSecond: settings(bytesPerSecond),
  slowPeerSeconds: settings(slowPeerSeconds),
});

/**
 * How long the server waits for a sign of life.
 * @param own what a protocol has otherwise; nobody is taken for gone without a ping before
 */
export function patienceOf(settings: Settings, own: Partial<Patience> = {}): Patience {
  const { pingSeconds: ping, ...rest } = {
    pingSeconds: settings(pingSeconds),
    silentSeconds: settings(silentSeconds),
    gone: closeReasons.silent,
    ...own,
  };
  return { ...rest, pingSeconds: Math.min(ping, rest.silentSeconds / 2) };
}
