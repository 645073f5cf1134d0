// Joins this node to the others, as its settings say.

import { hostname } from "node:os";
import { newNodeId } from "../core/ids.ts";
import { describeFault } from "../observe/fault.ts";
import type { Log } from "../observe/log.ts";
import type { Settings } from "../options/option.ts";
import { Channels } from "./channels.ts";
import { Cluster } from "./cluster.ts";
import { clusterLeaseSeconds, redisPasswordFile, redisPrefix, targetOf } from "./options.ts";
import { carrierOf } from "./redis/connect.ts";

/** Milliseconds between two looks at what passes with time. */
const stepMs = 100;

type JoinLog = Pick<Log, "info" | "warn" | "error">;

/** A node's part in the cluster. */
export interface Membership {
  readonly bus: Cluster;
  /** Says good-bye to the others. */
  leave(): Promise<void>;
}

/**
 * Does not wait until Redis answers: a node serves its own peers without.
 * @param settings that have passed their checks
 * @returns nothing without an address of Redis: there are no other nodes
 */
export function joinCluster(settings: Settings, log: JoinLog): Membership | undefined {
  const target = targetOf(settings);
  if (target === undefined) return undefined;
  if (typeof target === "string") throw new Error(target);
  const leaseMs = settings(clusterLeaseSeconds) * 1000;
  const bus = new Cluster({
    node: newNodeId(),
    carrier: carrierOf(target, settings(redisPasswordFile), leaseMs),
    channels: new Channels(settings(redisPrefix), target.kind === "cluster"),
    leaseMs,
    about: { host: hostname(), since: new Date().toISOString() },
    log,
    fault: (thrown) => log.error(describeFault(thrown), "fault in the cluster"),
    now: () => performance.now(),
    schedule: setImmediate,
  });
  bus.start();
  const timer = setInterval(() => bus.step(), stepMs);
  const leave = async (): Promise<void> => {
    clearInterval(timer);
    await bus.close();
  };
  return { bus, leave };
}
