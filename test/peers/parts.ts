// What is measured beside other servers: for each part, the mode of the load generator, what is varied, and what is shown.

import { churn } from "../../src/bench/churn.ts";
import { fanOut } from "../../src/bench/fan-out.ts";
import { idle } from "../../src/bench/idle.ts";
import { mesh } from "../../src/bench/mesh.ts";
import type { Mode } from "../../src/bench/mode.ts";
import type { BenchOptions } from "../../src/bench/options.ts";
import { rate } from "../../src/bench/rate.ts";
import { relay } from "../../src/bench/relay.ts";
import { storm } from "../../src/bench/storm.ts";
import {
  type Contender,
  contenders,
  gatheringRelay,
  type OwnProtocol,
  ownDrivers,
} from "./contenders.ts";

export interface Setting {
  readonly name: string;
  readonly options: Partial<BenchOptions>;
  /** Ids of entrants for which it is too much. */
  readonly without?: readonly string[];
}

export interface Part {
  readonly name: string;
  readonly title: string;
  /** A paragraph of the document. */
  readonly about: string;
  /** Where its curve bends, and why: a paragraph below the chart. */
  readonly bends?: string;
  readonly mode: Mode<string>;
  readonly settings: readonly [Setting, ...Setting[]];
  /** Those of ours and of the others that take part. */
  readonly own: readonly OwnProtocol[];
  readonly others: readonly Contender[];
  /** The figures that the table shows, in its order. */
  readonly figures: readonly string[];
  /** The figure of the ratio, and of the chart if that shows no other. */
  readonly compared: string;
  readonly charted?: string;
  /** Whether less of it is better. */
  readonly isLessBetter?: boolean;
  /** `bars`: one for each server and setting. `lines`: one for each server, over the settings, which are numbers. */
  readonly chart: "bars" | "lines";
  /**
   * `in turn`: all servers are connected to, and take turns. `alone`: one after another, since all connections together
   * are too many. `together`: all at the same time, with servers and load generators of their own in each round, where
   * nothing depends on the processor.
   */
  readonly play: "in turn" | "alone" | "together";
}

const everyProtocol: readonly OwnProtocol[] = ["topic", "y-webrtc", "peerjs"];

const canBroadcast = ({ beside, own }: Contender): boolean => {
  const driver = own?.[1] ?? ownDrivers[beside];
  return driver.begin({ topic: "any", index: 0 }).broadcastFrame !== undefined;
};

/** Of the barest relays, which differ only in how they send, one. */
const forCrowds = contenders.filter(
  (contender) => !contender.isForFew && (!contender.isForPairs || contender === gatheringRelay),
);

/** Settings named by a number and what it counts. */
export const settings = (
  [first, ...rest]: readonly [number, ...number[]],
  unit: string,
  options: (size: number) => Partial<BenchOptions>,
): readonly [Setting, ...Setting[]] => {
  const setting = (size: number) => ({ name: `${size}${unit}`, options: options(size) });
  return [setting(first), ...rest.map(setting)];
};

export const comparison: readonly Part[] = [
  {
    name: "relay",
    title: "Relay",
    about:
      "Messages of 1,200 bytes that are delivered per second of server CPU, between 100 pairs who answer each message at " +
      "once. More in flight travel together, and cost the kernel less each.",
    mode: relay,
    settings: settings([1, 4, 16], " in flight", (window) => ({ window })),
    own: everyProtocol,
    others: contenders,
    figures: ["deliveredPerCpuSecond", "messagesPerRead", "serverCpuPercent"],
    compared: "deliveredPerCpuSecond",
    chart: "bars",
    play: "in turn",
  },
  {
    name: "rate",
    title: "Latency",
    about:
      "How long a message takes at 10,000 messages a second between 100 pairs, from when it is due, and how much of a core " +
      "the server needs for that. The ratio is that of the CPU; the chart shows the 99th percentile. What is not above " +
      "the last column is the load generator's own.",
    mode: rate,
    settings: [{ name: "10000 a second", options: { rate: 10_000, seconds: 2 } }],
    own: everyProtocol,
    others: contenders,
    figures: ["p50Ms", "p99Ms", "p999Ms", "serverCpuPercent", "sentLateP99Ms"],
    compared: "serverCpuPercent",
    charted: "p99Ms",
    isLessBetter: true,
    chart: "bars",
    play: "in turn",
  },
  {
    name: "idle",
    title: "Idle connections",
    about:
      "By how much the server's resident memory grows for each connection that does nothing, four in a topic. Each round is " +
      "played with servers that have just been started.",
    mode: idle,
    settings: settings([10_000], " connections", (connections) => ({
      connections,
      restSeconds: 12,
    })),
    own: everyProtocol,
    others: forCrowds,
    figures: ["bytesPerConnection", "mebibytesBefore"],
    compared: "bytesPerConnection",
    isLessBetter: true,
    chart: "bars",
    play: "together",
  },
  {
    name: "storm",
    title: "Everybody comes back",
    about:
      "Clients that connect at the same time, as after an outage, four in a topic, each of whom is told of the others: how " +
      "many the server lets in per second of its CPU, and when the last one is in.",
    mode: storm,
    settings: settings([5000], " at once", (connections) => ({ connections })),
    own: everyProtocol,
    others: forCrowds,
    figures: ["connectionsPerCpuSecond", "p50Ms", "lastMs", "benchCpuSeconds"],
    compared: "connectionsPerCpuSecond",
    chart: "bars",
    play: "in turn",
  },
  {
    name: "mesh",
    title: "Full meshes",
    about:
      "All of a topic join, each sends an offer to each other one, and all leave. What the server sends that nobody asked for " +
      "shows in the frames: of a topic of 50, 2,450 are offers.",
    mode: mesh,
    settings: settings([8, 20, 50], " in a topic", (topicSize) => ({ topicSize })),
    own: everyProtocol,
    others: contenders.filter(({ isForPairs }) => !isForPairs),
    figures: ["meshesPerCpuSecond", "framesPerMesh", "p50Ms"],
    compared: "meshesPerCpuSecond",
    chart: "bars",
    play: "in turn",
  },
  {
    name: "fan-out",
    title: "Fan-out",
    about:
      "Copies of 1,200 bytes that reach the others of a topic per second of server CPU, one broadcast under way. nats-server " +
      "is compared with ours by the protocol of Nostr, which has subscribers, too. By y-webrtc's, everybody who joins is " +
      "announced to all who are there: with 5,000 that alone takes minutes. Of y-webrtc's messages all get the same copy, which " +
      "ours leaves to the runtime's own publishing from 16 members on; by Nostr each copy names the subscription.",
    mode: fanOut,
    settings: [
      ...settings([10, 100, 1000], " receivers", (subscribers) => ({ subscribers })),
      {
        name: "5000 receivers",
        options: { subscribers: 5000 },
        without: ["signalbox, y-webrtc", "y-webrtc's server"],
      },
    ],
    own: ["nostr", "y-webrtc"],
    others: contenders
      .filter(canBroadcast)
      .map((contender) => (contender.own ? { ...contender, beside: "nostr" as const } : contender)),
    figures: ["copiesPerCpuSecond", "broadcastsPerSecond", "serverCpuPercent"],
    compared: "copiesPerCpuSecond",
    chart: "bars",
    play: "alone",
  },
  {
    name: "churn",
    title: "Coming and going",
    about:
      "Clients that join a topic of four, leave it, and come back, in 100 topics at the same time; those who stay are told of " +
      "it. The barest relay tells nobody who leaves.",
    mode: churn,
    settings: [{ name: "100 topics of 4", options: {} }],
    own: everyProtocol,
    others: forCrowds,
    figures: ["visitsPerCpuSecond", "p50Ms", "p99Ms", "serverCpuPercent"],
    compared: "visitsPerCpuSecond",
    chart: "bars",
    play: "in turn",
  },
];
