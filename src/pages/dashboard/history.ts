// What was told in the last minutes, as rates: the server counts, and what has been counted since is worked out here.

import type { Overview, ProtocolRow } from "./overview.ts";

/** Points that are kept: ten minutes. */
const maxPoints = 600;

/** Things that happened that are kept. */
const maxEvents = 100;

/** Per second, but for connections, which are there now. */
export interface Rates {
  readonly connections: number;
  readonly received: number;
  readonly sent: number;
  readonly delivered: number;
  readonly dropped: number;
  readonly absent: number;
  readonly forbidden: number;
}

export interface Point {
  readonly at: number;
  readonly all: Rates;
  readonly byProtocol: ReadonlyMap<string, Rates>;
}

export interface Event {
  readonly at: number;
  readonly text: string;
  readonly isBad: boolean;
}

export interface History {
  readonly latest: Overview | undefined;
  /** Oldest first. */
  readonly points: readonly Point[];
  /** Newest first. */
  readonly events: readonly Event[];
}

export const noHistory: History = { latest: undefined, points: [], events: [] };

/** Ends of connections that are nobody's fault. */
const usualCloses = new Set(["client", "network", "restart"]);

export function withNext({ latest, points, events }: History, next: Overview): History {
  // There is no rate before the second time.
  if (latest === undefined) return { ...noHistory, latest: next };
  const seconds = next.at - latest.at;
  const before = new Map(latest.protocols.map((row) => [row.name, row]));
  const byProtocol = new Map(
    next.protocols.map((row) => [row.name, ratesOf(row, before.get(row.name), seconds)] as const),
  );
  const point = { at: next.at, all: together([...byProtocol.values()]), byProtocol };
  const news = eventsBetween(latest, next);
  return {
    latest: next,
    points: [...points, point].slice(-maxPoints),
    events: [...news, ...events].slice(0, maxEvents),
  };
}

function ratesOf(row: ProtocolRow, before: ProtocolRow | undefined, seconds: number): Rates {
  // The totals of a node that has gone are gone with it.
  const since = (of: (row: ProtocolRow) => number): number =>
    before === undefined ? 0 : Math.max(0, of(row) - of(before)) / seconds;
  return {
    connections: row.connections,
    received: since((of) => of.framesReceived),
    sent: since((of) => of.framesSent),
    delivered: since((of) => of.relaysDelivered),
    dropped: since((of) => of.relaysDropped),
    absent: since((of) => of.relaysAbsent),
    forbidden: since((of) => of.relaysForbidden),
  };
}

function together(rates: readonly Rates[]): Rates {
  const sum = (of: (rates: Rates) => number): number =>
    rates.reduce((total, each) => total + of(each), 0);
  return {
    connections: sum((of) => of.connections),
    received: sum((of) => of.received),
    sent: sum((of) => of.sent),
    delivered: sum((of) => of.delivered),
    dropped: sum((of) => of.dropped),
    absent: sum((of) => of.absent),
    forbidden: sum((of) => of.forbidden),
  };
}

/** Those of a protocol that was not there. */
export const noRates = together([]);

function eventsBetween(before: Overview, { at, ...now }: Overview): readonly Event[] {
  const idsBefore = new Set(before.nodes.map(({ id }) => id));
  const ids = new Set(now.nodes.map(({ id }) => id));
  const missing = new Set(now.missing);
  return [
    ...grown(before.refusals, now.refusals).map(([why, more]) => ({
      text: `${more} refused: ${why}`,
      isBad: true,
    })),
    ...grown(before.closes, now.closes)
      .filter(([why]) => !usualCloses.has(why))
      .map(([why, more]) => ({ text: `${more} closed: ${why}`, isBad: why !== "operator" })),
    ...(now.faults > before.faults
      ? [{ text: `${now.faults - before.faults} faults of the server: see its log`, isBad: true }]
      : []),
    ...[...ids]
      .filter((id) => !idsBefore.has(id))
      .map((id) => ({ text: `node ${id} is there`, isBad: false })),
    ...[...idsBefore]
      .filter((id) => !ids.has(id))
      .map((id) => ({
        text: missing.has(id) ? `node ${id} does not answer` : `node ${id} is gone`,
        isBad: true,
      })),
  ].map((event) => ({ at, ...event }));
}

function grown(
  before: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
): readonly (readonly [why: string, more: number])[] {
  return Object.entries(now)
    .map(([why, total]) => [why, total - (before[why] ?? 0)] as const)
    .filter(([, more]) => more > 0);
}
