// What connections have in common.

import type { Clock } from "../core/clock.ts";
import type { Limits } from "../core/limits.ts";
import type { PeerGroup } from "../core/peer-group.ts";
import type { WorkQueue } from "../core/work-queue.ts";
import type { Held } from "./backlog.ts";

/** What all connections of one protocol share. */
export interface ConnectionContext extends PeerGroup {
  /** The largest message of a client, in bytes of UTF-8. */
  readonly maxFrameBytes: number;
  /** The messages that are kept for one conversation have the bounds of an outbox. */
  readonly limits: Limits;
  /** Whether keys are being fetched, so that tokens of this protocol may wait for seconds. */
  readonly awaitsKeys: () => boolean;
  readonly clock: Clock;
  readonly work: WorkQueue;
  /** One for all connections of the server. */
  readonly held: Held;
  /** Is told of faults of ours, with the number of the connection. Must not throw. */
  readonly fault: (thrown: unknown, connection: number) => void;
}

let lastNumber = 0;

/** The next number of a connection in the log. Numbers start at 1 in each process. */
export const newConnectionNumber = (): number => ++lastNumber;
