// CPU time and memory of a server whose processes come and go: a parent may replace its workers.

import { ProcessMeter } from "../process-meter.ts";

export class ServerMeter {
  readonly #pids: readonly number[];

  /** @param pids each counts with the processes that it has started */
  constructor(pids: readonly number[]) {
    this.#pids = pids;
  }

  residentBytes(): number | null {
    return this.#sum((meter) => meter.residentBytes());
  }

  cpuSeconds(): number | null {
    return this.#sum((meter) => meter.cpuSeconds());
  }

  /** Time that the processes could have run, but had no processor. */
  waitSeconds(): number | null {
    return this.#sum((meter) => meter.waitSeconds());
  }

  #sum(amountOf: (meter: ProcessMeter) => number | null): number | null {
    const amounts = [...this.#processes()].flatMap((pid) => amountOf(new ProcessMeter(pid)) ?? []);
    return amounts.length === 0 ? null : amounts.reduce((sum, amount) => sum + amount, 0);
  }

  /** Each once, even if a parent and its worker were named both. */
  #processes(): ReadonlySet<number> {
    const found = new Set(this.#pids);
    // Those that are added meanwhile are visited, too.
    for (const pid of found) for (const child of new ProcessMeter(pid).children()) found.add(child);
    return found;
  }
}
