// This node's lease: a key that expires unless it is renewed. As long as it is there, the other nodes take this
// node and its members for alive.

import type { ClusterContext } from "./context.ts";
import { majorVersion } from "./message.ts";

export class Lease {
  /** Whether it is in force. */
  isHeld = false;
  /** When it was last taken, by the cluster's clock. Just before, Redis may have lost keys. */
  takenAt = 0;
  readonly #context: ClusterContext;
  readonly #key: string;
  /** What it is to say, until Redis has it. */
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

  /** Whether what this node says on a channel gets through, and is believed. */
  reaches(channel: string): boolean {
    return this.isHeld && this.#context.carrier.reaches(channel);
  }

  /**
   * Whether this node stood still for so long that the others may have given it up, and may not have heard yet all
   * that came meanwhile.
   */
  get isLate(): boolean {
    return this.#isLate || this.#stoodStill(this.#context.now());
  }

  /** All that came meanwhile was heard. */
  caughtUp(): void {
    this.#isLate = false;
  }

  /** To be called some ten times a second. @returns whether it is to be renewed, or taken where it is not held */
  step(): boolean {
    const time = this.#context.now();
    // After a pause it may have run out.
    if (this.#stoodStill(time)) this.#isLate = true;
    this.#steppedAt = time;
    return this.#isLate || time - this.#renewedAt >= this.#context.leaseMs / 3;
  }

  /** Takes it after a new connection, or after it was lost. Out of reach, it stays what it is. */
  async take(epoch: number): Promise<void> {
    const { carrier, about, now } = this.#context;
    this.takenAt = now();
    this.#renewedAt = this.takenAt;
    this.caughtUp();
    this.#unset = JSON.stringify({ version: majorVersion, epoch, ...about });
    if (!carrier.reaches(this.#key)) return;
    // A Redis that is full refuses to set a key, but extends one that is there.
    const isHeld = (await this.#set()) || (await this.#extend().catch(() => false));
    this.isHeld = isHeld && !this.#isReleased;
  }

  /** @returns false if it has run out: to the others this node was gone. Rejects if Redis does not answer */
  async renew(): Promise<boolean> {
    this.#renewedAt = this.#context.now();
    if (!(await this.#extend())) return false;
    await this.#set();
    return true;
  }

  /** Nothing is reached any more. */
  suspend(): void {
    this.isHeld = false;
  }

  /** Ends it, when the node ends. */
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

  /** @returns whether it says what it should */
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
