// Every option of a benchmark, with its unit and default. The command line that fills them in, and
// checks them, is elsewhere.

import type { DriverName } from "./drivers.ts";

/** The modes, in the order in which all of them are run. */
export const modeNames = ["relay", "rate", "idle", "storm"] as const;

export type ModeName = (typeof modeNames)[number];

export interface BenchOptions {
  /** What to measure, in this order. */
  readonly modes: readonly ModeName[];
  /**
   * A running server, as `ws://host:port` or `wss://host:port`; a path before the protocol's own is
   * kept. Several are nodes of one, and the peers of a topic take turns on them. Without any the program
   * starts its own server on a free port, afresh for each mode.
   */
  readonly urls?: readonly [URL, ...URL[]];
  /**
   * Process ids of what serves at `urls`: the nodes, and what joins them. CPU time and memory are theirs
   * together. Without them, nothing can be said of either.
   */
  readonly pids?: readonly number[];
  /** The wire protocol that is spoken. */
  readonly protocol: DriverName;
  /**
   * Starts another server to compare with, in the yardstick's place: a shell's command, which finds a free
   * port in the environment variable PORT.
   */
  readonly against?: string;
  /** relay, rate: topics of two peers each. */
  readonly pairs: number;
  /**
   * relay: messages that a pair keeps in flight. With one, every message costs the server a read and
   * a write, as signaling does; with more they travel together, and the batch is what is measured.
   */
  readonly window: number;
  /** relay, rate: size of one message as the server receives it, in bytes, without its framing. */
  readonly bytes: number;
  /** relay, rate: measured time of one round, in seconds, after one second of warming up. */
  readonly seconds: number;
  /** relay, rate, storm: rounds for each server, in turn. */
  readonly rounds: number;
  /** rate: messages per second, over all pairs. */
  readonly rate: number;
  /** idle, storm: connections. One process may need as many open files and client ports. */
  readonly connections: number;
  /** idle, storm: peers in one topic. */
  readonly topicSize: number;
  /** idle: seconds in which the least memory is looked for, before the connections come and after. */
  readonly restSeconds: number;
  /** Report one JSON object in place of tables. */
  readonly json: boolean;
}

export const benchDefaults = {
  modes: modeNames,
  protocol: "topic",
  pairs: 100,
  window: 1,
  bytes: 1200,
  seconds: 5,
  rounds: 3,
  rate: 10_000,
  connections: 10_000,
  topicSize: 4,
  restSeconds: 30,
  json: false,
} as const satisfies BenchOptions;
