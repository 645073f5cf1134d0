// How long something took: by the clock, by the server's CPU, and by the load generator's own.

import { type ProcessGroup, ProcessMeter } from "./process-meter.ts";
import type { Target } from "./targets.ts";

export interface Elapsed {
  readonly seconds: number;
  readonly serverCpuSeconds: number | null;
  /** When this comes near `seconds`, the load generator is what saturates, not the server. */
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

  /** How busy each process of the server was, for its reader; nothing where there is one. */
  remarkOfEach(): string | undefined {
    if (this.#eachStart.length < 2) return undefined;
    const { seconds } = this.elapsed();
    const shares = this.#server?.cpuSecondsOfEach().map((now, index) => {
      const busy = percentBusy(difference(this.#eachStart[index] ?? null, now), seconds);
      return busy === null ? "unknown" : busy.toFixed(1);
    });
    return `server CPU % in one round, by process: ${shares?.join(", ")}`;
  }

  /** Since the start; can be asked again. */
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

/** `amount` for each of `unit`; null when there is nothing to divide by. */
export function per(amount: number | null, unit: number | null): number | null {
  return amount === null || unit === null || unit === 0 ? null : amount / unit;
}

/** How much of the time a CPU was busy: 100 is one core. */
export function percentBusy(cpuSeconds: number | null, seconds: number): number | null {
  return cpuSeconds === null ? null : (100 * cpuSeconds) / seconds;
}
