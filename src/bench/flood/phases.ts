// The figures of one phase of a flood: before the attack, during it, or after it.

import type { Column, Figures } from "../mode.ts";
import { percentile } from "../statistics.ts";
import { percentBusy } from "../stopwatch.ts";
import type { Probe } from "./probe.ts";
import { greatest, type Series, type Span } from "./series.ts";
import type { ServerMeter } from "./server-meter.ts";
import type { Talkers } from "./talkers.ts";

export type PhaseFigure =
  | "p50Ms"
  | "p99Ms"
  | "maxMs"
  | "lateP99Ms"
  | "lateMaxMs"
  | "missing"
  | "healthMaxMs"
  | "joinMaxMs"
  | "serverCpuPercent"
  | "serverWaitPercent"
  | "mebibytes";

export const phaseColumns: readonly Column<PhaseFigure>[] = [
  { figure: "p50Ms", title: "p50 ms", digits: 2 },
  { figure: "p99Ms", title: "p99 ms", digits: 2 },
  { figure: "maxMs", title: "max ms", digits: 1 },
  { figure: "lateP99Ms", title: "late p99", digits: 2 },
  { figure: "lateMaxMs", title: "late max", digits: 1 },
  { figure: "missing", title: "missing", digits: 0 },
  { figure: "healthMaxMs", title: "/healthz max", digits: 1 },
  { figure: "joinMaxMs", title: "join max", digits: 1 },
  { figure: "serverCpuPercent", title: "CPU %", digits: 0 },
  { figure: "serverWaitPercent", title: "waits %", digits: 0 },
  { figure: "mebibytes", title: "MiB", digits: 1 },
];

/** A phase that is over, and what the server's processes used in it. */
export interface Phase {
  readonly span: Span;
  readonly cpuSeconds: number | null;
  readonly waitSeconds: number | null;
}

/** Everything that is measured all the time. */
export interface Instruments {
  readonly talkers: Talkers;
  readonly health: Probe;
  readonly joins: Probe;
  /** The server's resident bytes. */
  readonly memory: Series;
}

/** Runs a phase. */
export async function timed(
  meter: ServerMeter | undefined,
  phase: () => Promise<unknown>,
): Promise<Phase> {
  const read = () => ({ cpu: meter?.cpuSeconds() ?? null, wait: meter?.waitSeconds() ?? null });
  const [from, before] = [performance.now(), read()];
  await phase();
  const [to, after] = [performance.now(), read()];
  return {
    span: { from, to },
    cpuSeconds: difference(before.cpu, after.cpu),
    waitSeconds: difference(before.wait, after.wait),
  };
}

/** @param bytesOf which of the phase's readings of memory counts */
export function figuresOf(
  { span, cpuSeconds, waitSeconds }: Phase,
  { talkers, health, joins, memory }: Instruments,
  bytesOf: (bytes: readonly number[]) => number | null,
): Figures<PhaseFigure> {
  const latencies = talkers.latencies(span).toSorted((a, b) => a - b);
  const lateness = talkers.lateness(span).toSorted((a, b) => a - b);
  const seconds = (span.to - span.from) / 1000;
  const bytes = bytesOf(memory.within(span));
  return {
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    maxMs: greatest(latencies),
    lateP99Ms: percentile(lateness, 0.99),
    lateMaxMs: greatest(lateness),
    missing: talkers.missingIn(span),
    healthMaxMs: greatest(health.within(span)),
    joinMaxMs: greatest(joins.within(span)),
    serverCpuPercent: percentBusy(cpuSeconds, seconds),
    serverWaitPercent: percentBusy(waitSeconds, seconds),
    mebibytes: bytes === null ? null : bytes / 2 ** 20,
  };
}

const difference = (before: number | null, after: number | null): number | null =>
  before === null || after === null ? null : after - before;
