// The flags of the bench command, and how they become options.

import * as v from "valibot";
import { boolean, integer, type Option, type Settings } from "../options/option.ts";
import type { Driver } from "./driver.ts";
import { type DriverName, driverNames, drivers } from "./drivers.ts";
import { type BenchOptions, benchDefaults, type ModeName } from "./options.ts";
import { against, nodes, pids, tls, tokens, urls } from "./server-flags.ts";

const number = (
  name: string,
  standard: number,
  [min, max]: readonly [number, number],
  help: string,
): Option<number> => ({
  name,
  placeholder: "number",
  schema: integer(min, max),
  default: standard,
  help,
});

const defaults = benchDefaults;

export const protocol: Option<DriverName> = {
  name: "protocol",
  placeholder: "name",
  schema: v.pipe(v.string(), v.picklist(driverNames, `must be one of ${driverNames.join(", ")}`)),
  default: defaults.protocol,
  help: `wire protocol: ${driverNames.join(", ")}`,
};

export const pairs = number(
  "pairs",
  defaults.pairs,
  [1, 9000],
  "relay, rate, ask, flood: topics of two peers each; churn: topics",
);
const window = number(
  "window",
  defaults.window,
  [1, 1000],
  "relay, ask: messages in flight for each pair; fan-out: broadcasts in flight",
);
const subscribers = number(
  "subscribers",
  defaults.subscribers,
  [1, 9000],
  "fan-out: peers that each broadcast reaches",
);
export const bytes = number(
  "bytes",
  defaults.bytes,
  [200, 65_536],
  "relay, rate, fan-out, mesh, flood: size of one message, in bytes",
);
export const seconds = number(
  "seconds",
  defaults.seconds,
  [1, 3600],
  "relay, rate, fan-out, ask, mesh, churn, flood: length of a round or of a phase, in seconds",
);
const rounds = number(
  "rounds",
  defaults.rounds,
  [1, 100],
  "relay, rate, storm, fan-out, ask, mesh, churn: rounds for each server",
);
const rate = number(
  "rate",
  defaults.rate,
  [1, 10_000_000],
  "rate: messages per second, all pairs together",
);
const connections = number(
  "connections",
  defaults.connections,
  [1, 1_000_000],
  "idle, storm: connections; a process must be allowed to open as many files",
);
const topicSize = number(
  "topic-size",
  defaults.topicSize,
  [1, 10_000],
  "idle, storm, mesh, churn: peers in one topic",
);
const resume: Option<boolean> = {
  name: "resume",
  placeholder: "boolean",
  schema: boolean(),
  default: defaults.resume,
  help:
    "idle, storm: the peers ask to come back after their connections are lost; in storm, all connections are lost at " +
    "once; needs --protocol topic",
};
const rest = number(
  "rest",
  defaults.restSeconds,
  [1, 60],
  "idle: seconds over which the lowest memory is taken, before the connections and with them",
);

/** In the order of the help. */
export const benchFlags: readonly Option<unknown>[] = [
  urls,
  pids,
  nodes,
  protocol,
  tokens,
  tls,
  against,
  pairs,
  window,
  subscribers,
  bytes,
  seconds,
  rounds,
  rate,
  connections,
  topicSize,
  resume,
  rest,
];

/** @param modes what to measure; if empty, all modes */
export function benchOptions(
  settings: Settings,
  modes: readonly ModeName[],
  json: boolean,
): BenchOptions {
  const [addresses, processes, other] = [settings(urls), settings(pids), settings(against)];
  return {
    modes: modes.length > 0 ? modes : benchDefaults.modes,
    ...(addresses && { urls: addresses }),
    ...(processes && { pids: processes }),
    nodes: settings(nodes),
    protocol: settings(protocol),
    tokens: settings(tokens),
    tls: settings(tls),
    ...(other !== undefined && { against: other }),
    pairs: settings(pairs),
    window: settings(window),
    subscribers: settings(subscribers),
    bytes: settings(bytes),
    seconds: settings(seconds),
    rounds: settings(rounds),
    rate: settings(rate),
    connections: settings(connections),
    topicSize: settings(topicSize),
    resume: settings(resume),
    restSeconds: settings(rest),
    json,
  };
}

/** Modes whose peers may be asked to come back. */
const resuming: readonly ModeName[] = ["idle", "storm"];

/** Modes whose clients tell each other something. */
const meeting: readonly ModeName[] = ["mesh", "churn"];

/** @returns as `resumeProblems` */
export function topicSizeProblems(
  settings: Settings,
  modes: readonly ModeName[],
): readonly string[] {
  const alone = settings(topicSize) > 1 ? [] : meeting.filter((mode) => modes.includes(mode));
  return alone.map((mode) => `--topic-size must be at least 2 for signalbox bench ${mode}`);
}

/**
 * @param modes what is to be measured; none for a flood
 * @returns a line for the user for each reason why that cannot be measured
 */
export function resumeProblems(settings: Settings, modes: readonly ModeName[]): readonly string[] {
  if (!settings(resume)) return [];
  const name = settings(protocol);
  const driver: Driver = drivers[name];
  return [
    modes.some((mode) => resuming.includes(mode))
      ? []
      : "--resume is for signalbox bench storm and idle",
    driver.stayingPath === undefined
      ? `--resume needs --protocol topic: nobody comes back in ${name}`
      : [],
  ].flat();
}
