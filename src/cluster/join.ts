// Joins this node to the others, as its settings say.

import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { newNodeId } from "../core/ids.ts";
import type { Settings } from "../option.ts";
import { Channels } from "./channels.ts";
import { Cluster } from "./cluster.ts";
import { ClusterError, carrierOf } from "./connect.ts";
import {
  clusterLeaseSeconds,
  redisCluster,
  redisPasswordFile,
  redisPrefix,
  redisUrl,
} from "./options.ts";
import type { ClusterLog } from "./strangers.ts";

/** Milliseconds between two looks at what passes with time. */
const stepMs = 100;

/** A node's part in the cluster. */
export interface Membership {
  readonly bus: Cluster;
  /** Says good-bye to the others. */
  leave(): Promise<void>;
}

/**
 * Does not wait until Redis answers: a node serves its own peers without.
 * @returns nothing without an address of Redis: there are no other nodes
 * @throws ClusterError when what is set makes no sense
 */
export function joinCluster(settings: Settings, log: ClusterLog): Membership | undefined {
  if (settings(redisUrl) === "") return undefined;
  const leaseMs = settings(clusterLeaseSeconds) * 1000;
  const bus = new Cluster({
    node: newNodeId(),
    carrier: carrierOf(settings, passwordIn(settings(redisPasswordFile)), leaseMs),
    channels: new Channels(settings(redisPrefix), settings(redisCluster)),
    leaseMs,
    about: { host: hostname(), since: new Date().toISOString() },
    log,
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

function passwordIn(path: string): string | undefined {
  if (path === "") return undefined;
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new ClusterError(`--redis-password-file cannot be read: ${why}`);
  }
}
