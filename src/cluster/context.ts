// What the parts of a node's cluster share.

import type { NodeId } from "../core/ids.ts";
import type { ClusterCounts } from "../observe/cluster-counts.ts";
import type { Carrier } from "./carrier.ts";
import type { Channels } from "./channels.ts";
import type { RefusedCommands } from "./redis/refused-commands.ts";

/** Tells the operator something; never a text that came from Redis. */
export interface ClusterLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface ClusterContext {
  readonly node: NodeId;
  readonly carrier: Carrier;
  readonly channels: Channels;
  readonly refused: RefusedCommands;
  readonly counts: ClusterCounts;
  readonly leaseMs: number;
  /** How long the members of a node that has said that it stops are kept, if they are announced to others. */
  readonly keepMs: number;
  /** Shown in this node's lease, for people who look into Redis. */
  readonly about: object;
  readonly log: ClusterLog;
  /** Is told of faults of ours. Must not throw. */
  readonly fault: (thrown: unknown) => void;
  /** Milliseconds, by a clock that never goes back. */
  readonly now: () => number;
  /** Runs a callback at the end of the tick. */
  readonly schedule: (run: () => void) => void;
}
