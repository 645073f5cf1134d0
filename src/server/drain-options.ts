// How a server stops.

import { integer, type Option, type Settings } from "../options/option.ts";

const option = <Value>(declared: Option<Value>): Option<Value> => declared;

export const drainSeconds = option({
  name: "drain-seconds",
  placeholder: "seconds",
  schema: integer(0, 3600),
  default: 10,
  help: "longest time for closing all connections on SIGTERM or SIGINT; with Redis, stopping may take a second more",
});

export const drainDelaySeconds = option<number | undefined>({
  name: "drain-delay-seconds",
  placeholder: "seconds",
  schema: integer(0, 600),
  default: undefined,
  help: "time between becoming unready and closing the first connection, in which load balancers look away; if unset, 2 with --workers or Redis, and 0 for a server alone",
});

/** How long a drain waits before the first close. @param isAlone whether there are no other nodes */
export const drainDelayMs = (settings: Settings, isAlone: boolean): number =>
  (settings(drainDelaySeconds) ?? (isAlone ? 0 : 2)) * 1000;
