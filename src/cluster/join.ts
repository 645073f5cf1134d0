// Joins this node to the others, by the server's settings.

import { hostname } from "node:os";
import { newNodeId } from "../core/ids.ts";
import { ClusterCounts } from "../observe/cluster-counts.ts";
import { describeFault } from "../observe/fault.ts";
import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import { Channels } from "./channels.ts";
import { Cluster } from "./cluster.ts";
import { clusterLeaseSeconds, redisPasswordFile, redisPrefix, targetOf } from "./options.ts";
import { carrierOf } from "./redis/carrier-of.ts";
import { RefusedCommands } from "./redis/refused-commands.ts";

/** Milliseconds between two calls of `Cluster.step`. */
const stepMs = 100;

type JoinLog = Pick<Log, "info" | "warn" | "error">;

/** This node's place in the cluster. */
export interface Membership {
  readonly bus: Cluster;
  readonly counts: ClusterCounts;
  readonly refused: RefusedCommands;
  /** This node is about to leave: its clients may come back to others under their ids. */
  stopping(): void;
  /** Tells the others that this node leaves, and disconnects. */
  leave(): Promise<void>;
}

/**
 * Does not wait for Redis: until it answers, the node serves its own peers.
 * @param settings must have passed their checks
 * @param keepSeconds how long the members of a node that stops are kept
 * @returns `undefined` if no Redis is set: there are no other nodes
 */
export function joinCluster(
  settings: Settings,
  log: JoinLog,
  keepSeconds = 0,
): Membership | undefined {
  const target = targetOf(settings);
  if (target === undefined) return undefined;
  if (typeof target === "string") throw new Error(target);
  const leaseMs = settings(clusterLeaseSeconds) * 1000;
  const now = (): number => performance.now();
  const refused = new RefusedCommands(log, now);
  const counts = new ClusterCounts();
  const bus = new Cluster({
    node: newNodeId(),
    carrier: carrierOf(target, settings(redisPasswordFile), leaseMs, refused),
    refused,
    counts,
    channels: new Channels(settings(redisPrefix), target.kind === "cluster"),
    leaseMs,
    keepMs: keepSeconds * 1000,
    about: { host: hostname(), since: new Date().toISOString() },
    log,
    fault: (thrown) => log.error(describeFault(thrown), "fault in the cluster"),
    now,
    schedule: setImmediate,
  });
  bus.start();
  const timer = setInterval(() => bus.step(), stepMs);
  const leave = async (): Promise<void> => {
    clearInterval(timer);
    await bus.close();
  };
  const stopping = (): void => {
    bus.claims.isStopping = true;
  };
  return { bus, counts, refused, stopping, leave };
}
