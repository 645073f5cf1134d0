// The options of the server itself, and what follows from them.

import { isIPv6 } from "node:net";
import * as v from "valibot";
import type { Limits } from "../core/limits.ts";
import { type Check, integer, type Option, oneOf, type Settings } from "../options/option.ts";
import { maxFrameBytes } from "../protocols/frame-limit.ts";
import { logAddresses, logNames } from "./log-options.ts";
import { showFigures } from "./show-figures.ts";
import { resumeSeconds, stayingOptions } from "./staying-options.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

export const port = option({
  name: "port",
  placeholder: "number",
  schema: integer(0, 65_535),
  default: 8081,
  help: "TCP port to listen on; 0 picks a free one and prints it",
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
  help: "name or IP address to listen on: 127.0.0.1 for this machine only, :: for IPv6 as well",
});

export const logLevel = option({
  name: "log-level",
  isReloaded: true,
  placeholder: "level",
  schema: oneOf(["debug", "info", "warn", "error"]),
  default: "info",
  help: "lowest level that is logged: debug, info, warn or error",
});

export const maxConnections = option({
  name: "max-connections",
  isReloaded: true,
  placeholder: "number",
  schema: integer(0, 10_000_000),
  default: 0,
  help: "WebSocket connections at the same time; another one is refused with HTTP 503; 0 for as many as the limit of open files allows, less a reserve",
});

export const maxTopicMembers = option({
  name: "max-topic-members",
  isReloaded: true,
  placeholder: "number",
  schema: integer(1, 1_000_000),
  default: 10_000,
  help: "members of one topic; another one is closed with 1013",
});

export const maxTopics = option({
  name: "max-topics",
  isReloaded: true,
  placeholder: "number",
  schema: integer(0, 10_000_000),
  default: 250_000,
  help: "topics, rooms and ids that are open in one process; a client that would open another one is closed with 1013; 0 for no limit",
});

export const framesPerSecond = option({
  name: "frames-per-second",
  isReloaded: true,
  placeholder: "number",
  schema: integer(0, 10_000_000),
  default: 500,
  help: "messages per second of one connection, those that it sends and all copies that are delivered of them, in bursts of up to 20 seconds' worth; more are not relayed, and the sender is told; 0 for no limit",
});

export const bytesPerSecond = option({
  name: "bytes-per-second",
  isReloaded: true,
  placeholder: "bytes",
  schema: integer(0, 1_000_000_000),
  default: 262_144,
  help: "bytes per second that one connection may send, in bursts and with consequences as for messages; 0 for no limit",
});

export const maxQueuedFrames = option({
  name: "max-queued-frames",
  isReloaded: true,
  placeholder: "number",
  schema: integer(1, 1_000_000),
  default: 1024,
  help: "messages queued for a peer that does not read; one that does not fit is dropped, and its sender is told",
});

export const maxQueuedBytes = option({
  name: "max-queued-bytes",
  isReloaded: true,
  placeholder: "bytes",
  schema: integer(1024, 1_073_741_824),
  default: 1_048_576,
  help: "bytes queued for a peer that does not read; a message that does not fit is dropped, and its sender is told",
});

export const maxAllQueuedBytes = option({
  name: "max-all-queued-bytes",
  placeholder: "bytes",
  schema: integer(0, 1_099_511_627_776),
  default: 16_777_216,
  help: "bytes queued for all peers together that do not read; each may have 64 KiB of it in any case",
});

export const slowPeerSeconds = option({
  name: "slow-peer-seconds",
  isReloaded: true,
  placeholder: "seconds",
  schema: integer(1, 86_400),
  default: 30,
  help: "close a peer with 1013 if messages have been queued for it for this long",
});

export const pingSeconds = option({
  name: "ping-seconds",
  placeholder: "seconds",
  schema: integer(1, 86_400),
  default: 25,
  help: "ping a peer after this long without a sign of life",
});

export const silentSeconds = option({
  name: "silent-seconds",
  placeholder: "seconds",
  schema: integer(2, 86_400),
  default: 60,
  help: "close a peer after this long without a sign of life",
});

export const workers = option({
  name: "workers",
  placeholder: "number",
  schema: integer(1, 256),
  default: 1,
  help: "server processes that share the port; more than one needs Redis",
});

/** In the order in which the help shows them. */
export const serverOptions: readonly Option<unknown>[] = [
  port,
  host,
  workers,
  logLevel,
  logNames,
  logAddresses,
  showFigures,
  ...stayingOptions,
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
  maxAllQueuedBytes,
  slowPeerSeconds,
  pingSeconds,
  silentSeconds,
];

/** Conditions on several options together. */
export const checks: readonly Check[] = [
  {
    of: [pingSeconds, silentSeconds],
    problems: (settings) =>
      settings(pingSeconds) < settings(silentSeconds)
        ? []
        : ["--ping-seconds must be less than --silent-seconds"],
  },
];

/** The limits that the core works with. */
export const limitsOf = (settings: Settings): Limits => ({
  maxQueuedFrames: settings(maxQueuedFrames),
  maxQueuedBytes: settings(maxQueuedBytes),
  maxAllQueuedBytes: settings(maxAllQueuedBytes),
  maxTopicMembers: settings(maxTopicMembers),
  maxTopics: settings(maxTopics),
  framesPerSecond: settings(framesPerSecond),
  bytesPerSecond: settings(bytesPerSecond),
  slowPeerSeconds: settings(slowPeerSeconds),
  resumeSeconds: settings(resumeSeconds),
});
