// The figures of all workers of a server. What a worker has counted still counts when it has ended, and a worker that
// does not answer counts with what it said last: a sum never goes down, which Prometheus would take for a restart.

import { combine, lasting, type Samples } from "../operator/metrics/samples.ts";

export class WorkerFigures {
  readonly #latest = new Map<Bun.Subprocess, Samples>();
  #ended: Samples = [];

  /** What each process says now, and what those that have ended have left. */
  get all(): readonly Samples[] {
    return [...this.#latest.values(), this.#ended];
  }

  noted(process: Bun.Subprocess, samples: Samples): void {
    this.#latest.set(process, samples);
  }

  ended(process: Bun.Subprocess): void {
    const last = this.#latest.get(process);
    this.#latest.delete(process);
    if (last !== undefined) this.#ended = combine([this.#ended, lasting(last)]);
  }
}
