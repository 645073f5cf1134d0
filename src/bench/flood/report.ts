// The report of a flood: figures of the three phases of each attack, then one line for each attack.

import type { Column, Figures } from "../mode.ts";
import { type Conditions, figureLines } from "../report.ts";
import type { WaveResult } from "./measure.ts";
import type { FloodOptions } from "./options.ts";
import { phaseColumns } from "./phases.ts";
import { messagesPerSecond } from "./talkers.ts";
import type { FloodCounts as Flooded } from "./tally.ts";

/** The whole report, as `--json` prints it. */
export interface FloodReport extends Conditions {
  readonly options: FloodOptions;
  readonly results: readonly WaveResult[];
}

type SummaryFigure =
  | "quietP99Ms"
  | "p99Ms"
  | "afterP99Ms"
  | "healthMaxMs"
  | "growthMebibytes"
  | "drainSeconds"
  | "misses";

const summaryColumns: readonly Column<SummaryFigure>[] = [
  { figure: "quietP99Ms", title: "p99 before", digits: 2 },
  { figure: "p99Ms", title: "during", digits: 2 },
  { figure: "afterP99Ms", title: "after", digits: 2 },
  { figure: "healthMaxMs", title: "/healthz max", digits: 1 },
  { figure: "growthMebibytes", title: "MiB more", digits: 1 },
  { figure: "drainSeconds", title: "SIGTERM s", digits: 1 },
  { figure: "misses", title: "aims missed", digits: 0 },
];

/** Kinds of answers and of closes that are shown; JSON has all of them. */
const shownKinds = 4;

/** What all attacks of a report have in common, in one line. */
export function conditionsOf({
  pairs,
  bytes,
  seconds,
  protocol,
  nodes,
  urls,
}: FloodOptions): string {
  const where = urls === undefined ? `${nodes} node${nodes === 1 ? "" : "s"}` : urls.join(", ");
  return (
    `flood: ${pairs} pairs, ${messagesPerSecond} messages/s of ${bytes} bytes, ${protocol} protocol, ` +
    `${seconds} s before, during and after each attack, ${where}`
  );
}

/** One attack. Ends with a line end. */
export function waveText({ watched, misses, remarks, ...wave }: WaveResult): string {
  const rows = Object.entries(watched?.phases ?? {}).map(([name, figures]) => ({ name, figures }));
  const { drainSeconds, about, connections } = wave;
  return [
    `${nameOf(wave)}: ${connections} ${about}`,
    ...(rows.length === 0 ? [] : figureLines(rows, phaseColumns)),
    ...(watched?.flooder == null ? [] : [flooderLine(watched.flooder)]),
    ...(drainSeconds == null ? [] : [`SIGTERM: ended after ${drainSeconds.toFixed(1)} s`]),
    ...misses.map((miss) => `missed: ${miss}`),
    ...remarks.map((remark) => `note: ${remark}`),
    "",
  ].join("\n");
}

/** A line for each attack. Ends with a line end. */
export function summaryText(results: readonly WaveResult[]): string {
  const rows = results.map((result) => ({ name: nameOf(result), figures: summaryOf(result) }));
  return `${figureLines(rows, summaryColumns).join("\n")}\n`;
}

/** `absent × 4`. */
export const nameOf = ({
  attack,
  connections,
}: Pick<WaveResult, "attack" | "connections">): string => `${attack} × ${connections}`;

function summaryOf({ watched, drainSeconds, misses }: WaveResult): Figures<SummaryFigure> {
  const { before, during, after } = watched?.phases ?? {};
  return {
    quietP99Ms: before?.p99Ms ?? null,
    p99Ms: during?.p99Ms ?? null,
    afterP99Ms: after?.p99Ms ?? null,
    healthMaxMs: during?.healthMaxMs ?? null,
    growthMebibytes: watched?.growthMebibytes ?? null,
    drainSeconds: drainSeconds ?? null,
    misses: misses.length,
  };
}

function flooderLine(flooded: Flooded): string {
  const { opened, accepted, failed, bytesSent, bytesReceived, statuses, closes } = flooded;
  return [
    `flooder: ${opened} connections, ${accepted} accepted, ${failed} failed`,
    ...countsOf("answered", statuses),
    ...countsOf("closed with", closes),
    `${mebibytes(bytesSent)} MiB sent, ${mebibytes(bytesReceived)} received`,
    ...(flooded.cpuSeconds === null ? [] : [`${flooded.cpuSeconds.toFixed(1)} s of CPU`]),
  ].join(", ");
}

/** The most frequent kinds. */
function countsOf(what: string, kinds: Readonly<Record<string, number>>): readonly string[] {
  const sorted = Object.entries(kinds).toSorted(([, one], [, other]) => other - one);
  const rest = sorted.slice(shownKinds);
  const shown = sorted.slice(0, shownKinds).map(([kind, count]) => `${count} ${what} ${kind}`);
  if (rest.length === 0) return shown;
  return [...shown, `${rest.reduce((sum, [, count]) => sum + count, 0)} ${what} something else`];
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
