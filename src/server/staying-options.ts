// How a server stops, and how clients come back to memberships that have outlived their connections.

import * as v from "valibot";
import { fileWith, integer, type Option, type Settings } from "../options/option.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

const minKeyBytes = 32;

export const drainSeconds = option({
  name: "drain-seconds",
  isReloaded: true,
  placeholder: "seconds",
  schema: integer(0, 3600),
  default: 10,
  help: "longest time for closing all connections on SIGTERM or SIGINT; with Redis, stopping may take a second more",
});

export const drainDelaySeconds = option<number | undefined>({
  name: "drain-delay-seconds",
  isReloaded: true,
  placeholder: "seconds",
  schema: integer(0, 600),
  default: undefined,
  help: "time between becoming unready and closing the first connection, in which load balancers look away; if unset, 2 with --workers or Redis, and 0 for a server alone",
});

/** How long a drain waits before the first close. @param isAlone whether there are no other nodes */
export const drainDelayMs = (settings: Settings, isAlone: boolean): number =>
  (settings(drainDelaySeconds) ?? (isAlone ? 0 : 2)) * 1000;

export const resumeSeconds = option({
  name: "resume-seconds",
  placeholder: "seconds",
  schema: integer(0, 3600),
  default: 30,
  help: "how long a client that has lost its connection may come back before others are told that it has left, if its protocol and the client support that; 0 to tell them at once",
});

export const resumeKey = option<string | undefined>({
  name: "resume-key",
  placeholder: "secret",
  schema: v.pipe(
    v.string(),
    v.check(
      (given) => Buffer.byteLength(given) >= minKeyBytes,
      `must be at least ${minKeyBytes} bytes long`,
    ),
  ),
  default: undefined,
  help: "secret for the tokens by which clients come back, at least 32 bytes; if unset, nodes agree on one by Redis, and a server alone makes a new one at each start, so that its clients come back as somebody new",
  isSecret: true,
});

export const resumeKeyFile = fileWith(resumeKey);

/** In the order in which the help shows them. */
export const stayingOptions: readonly Option<unknown>[] = [
  drainSeconds,
  drainDelaySeconds,
  resumeSeconds,
  resumeKey,
  resumeKeyFile,
];
