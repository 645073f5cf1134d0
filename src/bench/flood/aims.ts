// What an attack may do to everybody else, at most.

import { drainSeconds } from "./servers.ts";
import type { Watched } from "./watch.ts";

const maxP99Ms = 20;

/** Times the p99 before the attack. */
const maxP99Factor = 4;

const maxHealthMs = 50;

const maxGrowthMebibytes = 64;

/** Where there are other nodes, a server that stops takes a second to tell them. */
const farewellSeconds = 1;

/** Seconds after which a server that was asked to end has not done so in its time. */
export const maxDrainSeconds = drainSeconds + farewellSeconds;

interface Judged extends Pick<Watched, "phases" | "growthMebibytes"> {
  /** Null if the server did not end in order. */
  readonly drainSeconds?: number | null;
}

/** @returns a line for each aim that is missed; what could not be measured misses none */
export function missesOf({
  phases,
  growthMebibytes,
  drainSeconds: drained,
}: Judged): readonly string[] {
  const { before, during } = phases;
  const factor =
    during.p99Ms === null || before.p99Ms === null ? null : during.p99Ms / before.p99Ms;
  return [
    ...over("p99", during.p99Ms, maxP99Ms, "ms"),
    ...over("p99", factor, maxP99Factor, "times the quiet one"),
    ...over("messages of talkers", during.missing, 0, "missing"),
    ...over("/healthz", during.healthMaxMs, maxHealthMs, "ms"),
    ...over("memory", growthMebibytes, maxGrowthMebibytes, "MiB more"),
    ...(drained === null ? [`SIGTERM: not ended in order after ${maxDrainSeconds} s`] : []),
  ];
}

const over = (what: string, value: number | null, most: number, unit: string): readonly string[] =>
  value === null || value <= most
    ? []
    : [
        `${what}: ${value.toLocaleString("en", { maximumFractionDigits: 1 })} ${unit}, at most ${most}`,
      ];
