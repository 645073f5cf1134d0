// What the parts of a node share, on a fake Redis.

import { Channels } from "../../src/cluster/channels.ts";
import type { ClusterContext } from "../../src/cluster/context.ts";
import { RefusedCommands } from "../../src/cluster/redis/refused-commands.ts";
import { newNodeId } from "../../src/core/ids.ts";
import { ClusterCounts } from "../../src/observe/cluster-counts.ts";
import type { FakeCarrier, FakeRedis } from "./fake-redis.ts";

export const leaseMs = 3000;

/** How long members of a node that stops are kept. */
export const keepMs = 2000;

/** What a node has told the operator, and what it has thrown and kept from others. */
export interface Told {
  readonly infos: string[];
  readonly warnings: string[];
  readonly faults: unknown[];
}

export const toldNothing = (): Told => ({ infos: [], warnings: [], faults: [] });

export const fakeContext = (
  redis: FakeRedis,
  carrier: FakeCarrier,
  { infos, warnings, faults }: Told = toldNothing(),
  schedule: (run: () => void) => void = () => undefined,
): ClusterContext => ({
  node: newNodeId(),
  carrier,
  channels: new Channels("test:", redis.isSharded),
  leaseMs,
  keepMs,
  about: {},
  log: { info: (_, message) => infos.push(message), warn: (_, message) => warnings.push(message) },
  fault: (thrown) => faults.push(thrown),
  now: () => redis.time,
  refused: new RefusedCommands({ info: () => undefined, warn: () => undefined }, () => redis.time),
  counts: new ClusterCounts(),
  schedule,
});
