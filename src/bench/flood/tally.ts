// What a flooder has done, and what the server has answered.

import * as v from "valibot";

/** As the flooder prints it, in one line of JSON. */
export const FloodCounts = v.object({
  /** Connections that were opened. */
  opened: v.number(),
  /** Connections that could not be made, or that the server ended before it answered. */
  failed: v.number(),
  /** Upgrades that were accepted. */
  accepted: v.number(),
  bytesSent: v.number(),
  bytesReceived: v.number(),
  /** Answers other than 101, by status: `503`. */
  statuses: v.record(v.string(), v.number()),
  /** Connections that the server ended, by code and reason: `1008 too fast`; without a Close frame `1006`. */
  closes: v.record(v.string(), v.number()),
  /** CPU time of the flooder, in seconds. */
  cpuSeconds: v.nullable(v.number()),
});

export type FloodCounts = v.InferOutput<typeof FloodCounts>;

/** Different reasons that are counted: a hostile server cannot make the report long. */
const maxKinds = 20;

export class Tally {
  opened = 0;
  failed = 0;
  accepted = 0;
  bytesSent = 0;
  bytesReceived = 0;
  readonly #statuses = new Map<string, number>();
  readonly #closes = new Map<string, number>();

  status(status: string): void {
    count(this.#statuses, status);
  }

  close(reason: string): void {
    count(this.#closes, reason);
  }

  report(cpuSeconds: number | null): FloodCounts {
    const { opened, failed, accepted, bytesSent, bytesReceived } = this;
    const statuses = Object.fromEntries(this.#statuses);
    const closes = Object.fromEntries(this.#closes);
    return { opened, failed, accepted, bytesSent, bytesReceived, statuses, closes, cpuSeconds };
  }
}

function count(kinds: Map<string, number>, kind: string): void {
  const counted = kinds.has(kind) || kinds.size < maxKinds ? kind : "other";
  kinds.set(counted, (kinds.get(counted) ?? 0) + 1);
}
