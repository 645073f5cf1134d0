// How long something took, by the clock, and how much CPU time the server and the load generator used.

import { type ProcessGroup, ProcessMeter } from "./process-meter.ts";
import type { Target } from "./targets.ts";

export interface Elapsed {
  readonly seconds: number;
  readonly serverCpuSeconds: number | null;
  /** Near `seconds`, the load generator is saturated, and not the server. */
  readonly benchCpuSeconds: number | null;
}

export class Stopwatch {
  readonly #server: ProcessGroup | undefined;
  readonly #bench = new ProcessMeter("self");
  readonly #start = performance.now();
  readonly #serverStart: number | null;
  readonly #eachStart: readonly (number | null)[];
  readonly #benchStart = this.#bench.cpuSeconds();

  /** Starts at once. */
  constructor(target: Target) {
    this.#server = target.meter;
    this.#serverStart = this.#server?.cpuSeconds() ?? null;
    this.#eachStart = this.#server?.cpuSecondsOfEach() ?? [];
  }

  /** A remark on how busy each process of the server was; undefined if there is only one. */
  remarkOfEach(): string | undefined {
    if (this.#eachStart.length < 2) return undefined;
    const { seconds } = this.elapsed();
    const shares = this.#server?.cpuSecondsOfEach().map((now, index) => {
      const busy = percentBusy(difference(this.#eachStart[index] ?? null, now), seconds);
      return busy === null ? "unknown" : busy.toFixed(1);
    });
    return `server CPU % in one round, by process: ${shares?.join(", ")}`;
  }

  /** What has elapsed since the start. It can be called several times. */
  elapsed(): Elapsed {
    return {
      seconds: (performance.now() - this.#start) / 1000,
      serverCpuSeconds: difference(this.#serverStart, this.#server?.cpuSeconds() ?? null),
      benchCpuSeconds: difference(this.#benchStart, this.#bench.cpuSeconds()),
    };
  }
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}

/** `amount` divided by `unit`; null if one of them is null, or if `unit` is 0. */
export function per(amount: number | null, unit: number | null): number | null {
  return amount === null || unit === null || unit === 0 ? null : amount / unit;
}

/** CPU time as a share of the elapsed time. 100 is one core. */
export function percentBusy(cpuSeconds: number | null, seconds: number): number | null {
  return cpuSeconds === null ? null : (100 * cpuSeconds) / seconds;
}
