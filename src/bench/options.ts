// Every option of a benchmark, with its unit and its default. `flags.ts` reads them from the command line.

import type { DriverName } from "./drivers.ts";

/** The modes that run if none is named, in this order. */
const usualModeNames = ["relay", "rate", "idle", "storm"] as const;

/** All modes, in the order in which they run. */
export const modeNames = [...usualModeNames, "fan-out", "ask", "mesh", "churn"] as const;

export type ModeName = (typeof modeNames)[number];

export interface BenchOptions {
  /** The modes to run, in this order. */
  readonly modes: readonly ModeName[];
  /**
   * A running server, as `ws://host:port` or `wss://host:port`. If it has a path, the protocol's path is
   * appended to it. Several are nodes of one server: the peers of a topic are spread over them in turn.
   * If unset, each mode starts a server of its own on a free port.
   */
  readonly urls?: readonly [URL, ...URL[]];
  /**
   * Process ids of the server at `urls`: all its nodes, and Redis if it is to be counted. Their CPU time and
   * memory are added up. If unset, neither can be measured.
   */
  readonly pids?: readonly number[];
  /** Servers that are started if there is no address. Several meet over the Redis of their environment. */
  readonly nodes: number;
  /** The wire protocol. */
  readonly protocol: DriverName;
  /** Whether each connection has a token, which started servers ask for. */
  readonly tokens: boolean;
  /** Whether started servers speak TLS. */
  readonly tls: boolean;
  /**
   * A shell command that starts another server, to compare with instead of the yardstick. It must listen on
   * the port in the environment variable PORT.
   */
  readonly against?: string;
  /** relay, rate, ask: topics of two peers each; churn: topics. */
  readonly pairs: number;
  /**
   * relay, ask: messages that a pair keeps in flight; fan-out: broadcasts in flight. With one, every message costs the
   * server a read and a write, as in real signaling. With more, several travel together and cost less each.
   */
  readonly window: number;
  /** fan-out: whom each broadcast reaches, beside the one that sends it. */
  readonly subscribers: number;
  /** relay, rate, fan-out, mesh: bytes of one message as the server receives it, without the WebSocket framing. */
  readonly bytes: number;
  /** relay, rate, fan-out, ask, mesh, churn: seconds of one round that are measured, after a second of warm-up. */
  readonly seconds: number;
  /** relay, rate, storm, fan-out, ask, mesh, churn: rounds for each server. The two servers take turns. */
  readonly rounds: number;
  /** rate: messages per second, all pairs together. */
  readonly rate: number;
  /** idle, storm: connections. The load generator and the server each need as many open files. */
  readonly connections: number;
  /** idle, storm, mesh, churn: peers in one topic. */
  readonly topicSize: number;
  /** idle, storm: whether they may come back after their connections are lost. In storm, they are, and they do. */
  readonly resume: boolean;
  /** idle: seconds over which the lowest memory is taken, before the connections and with them. */
  readonly restSeconds: number;
  /** Whether to report one JSON object instead of tables. */
  readonly json: boolean;
}

export const benchDefaults = {
  modes: usualModeNames,
  nodes: 1,
  protocol: "topic",
  tokens: false,
  tls: false,
  pairs: 100,
  subscribers: 100,
  window: 1,
  bytes: 1200,
  seconds: 5,
  rounds: 3,
  rate: 10_000,
  connections: 10_000,
  topicSize: 4,
  resume: false,
  restSeconds: 30,
  json: false,
} as const satisfies BenchOptions;
