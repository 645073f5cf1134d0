// One line of a soak's report.

import type { CpuTime, Holding } from "./process-meter.ts";
import type { Delays } from "./talking-pair.ts";
import type { Tally } from "./tally.ts";

/** In percent of the seconds between two lines. */
export const sharesOf = (from: CpuTime, to: CpuTime, seconds: number): CpuTime => ({
  ran: ((to.ran - from.ran) / seconds) * 100,
  waited: ((to.waited - from.waited) / seconds) * 100,
});

/** Delays of a server that waited for a CPU are those of the machine. */
export function lineOf(
  second: number,
  { sockets, descriptors, residentMebibytes }: Holding,
  { ran, waited }: CpuTime,
  { medianMs, p99Ms, maxMs, ownMs }: Delays,
  tally?: Tally,
): string {
  const { closed: _, open: __, ...counts } = tally ?? { closed: {}, open: 0 };
  return [
    `${second} s:`,
    `${sockets} sockets, ${descriptors} descriptors, ${residentMebibytes.toFixed(0)} MiB,`,
    `busy ${ran.toFixed(0)} %, waiting for a CPU ${waited.toFixed(0)} %,`,
    `delay ${[medianMs, p99Ms, maxMs].map((ms) => ms.toFixed(1)).join(" / ")} ms,`,
    `own ${ownMs.toFixed(1)} ms;`,
    Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(", "),
  ].join(" ");
}
