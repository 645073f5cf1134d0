// This node's lease: a key in Redis that expires unless it is renewed. While it is there, the other nodes take this node
// and its members for alive.

import type { ClusterContext } from "./context.ts";
import { majorVersion } from "./message.ts";

export class Lease {
  /** Whether it is in force. */
  isHeld = false;
  /** When it was last taken, by the cluster's clock. Redis may have lost keys just before. */
  takenAt = 0;
  readonly #context: ClusterContext;
  readonly #key: string;
  /** The value that it should have, until Redis has that. */
  #unset: string | undefined;
  #isReleased = false;
  #renewedAt = 0;
  #steppedAt: number;
  #isLate = false;

  constructor(context: ClusterContext) {
    this.#context = context;
    this.#key = context.channels.lease(context.node);
    this.#steppedAt = context.now();
  }

  /** Whether this node holds its lease and can publish on a channel now. */
  reaches(channel: string): boolean {
    return this.isHeld && this.#context.carrier.reaches(channel);
  }

  /**
   * Whether this node was suspended for so long that others may have taken it for gone, and may not have read yet
   * what came in that time.
   */
  get isLate(): boolean {
    return this.#isLate || this.#stoodStill(this.#context.now());
  }

  /** What came in that time has been read. */
  caughtUp(): void {
    this.#isLate = false;
  }

  /** Call it ten times a second. @returns whether it is time to renew the lease, or to take it again */
  step(): boolean {
    const time = this.#context.now();
    // It may have expired in the meantime.
    if (this.#stoodStill(time)) this.#isLate = true;
    this.#steppedAt = time;
    return this.#isLate || time - this.#renewedAt >= this.#context.leaseMs / 3;
  }

  /** Takes the lease, after a new connection or when it is lost. Does nothing if its key is out of reach. */
  async take(epoch: number): Promise<void> {
    const { carrier, about, now } = this.#context;
    this.takenAt = now();
    this.#renewedAt = this.takenAt;
    this.caughtUp();
    this.#unset = JSON.stringify({ version: majorVersion, epoch, ...about });
    if (!carrier.reaches(this.#key)) return;
    // A Redis that is full refuses to set a key, but extends a key that exists.
    const isHeld = (await this.#set()) || (await this.#extend().catch(() => false));
    this.isHeld = isHeld && !this.#isReleased;
  }

  /** @returns false if it has expired: others may have taken this node for gone. Rejects if Redis does not answer */
  async renew(): Promise<boolean> {
    this.#renewedAt = this.#context.now();
    if (!(await this.#extend())) return false;
    await this.#set();
    return true;
  }

  /** Redis is out of reach. */
  suspend(): void {
    this.isHeld = false;
  }

  /** Ends the lease for good, when this node leaves. */
  async release(): Promise<void> {
    this.#isReleased = true;
    if (!this.isHeld) return;
    this.isHeld = false;
    await this.#context.carrier.keys.delete(this.#key).catch(() => undefined);
  }

  #stoodStill(time: number): boolean {
    return time - this.#steppedAt >= this.#context.leaseMs / 3;
  }

  #extend(): Promise<boolean> {
    const { carrier, leaseMs } = this.#context;
    carrier.ping();
    return carrier.keys.extend(this.#key, leaseMs);
  }

  /** @returns whether the lease has the value that it should have */
  async #set(): Promise<boolean> {
    const { carrier, leaseMs } = this.#context;
    const value = this.#unset;
    if (value === undefined) return true;
    try {
      await carrier.keys.set(this.#key, value, leaseMs);
      if (this.#unset === value) this.#unset = undefined;
      return true;
    } catch {
      return false;
    }
  }
}

/** @param value of a lease in Redis */
export function epochOf(lease: string): number {
  try {
    const { epoch } = JSON.parse(lease);
    return typeof epoch === "number" ? epoch : 0;
  } catch {
    return 0;
  }
}
