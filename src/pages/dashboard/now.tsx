// What is there now: protocols, nodes, and what happened lately.

import { brief, count, duration, rate, timeOfDay } from "./format.ts";
import type { Event, Point } from "./history.ts";
import type { NodeRow, ProtocolRow } from "./overview.ts";
import { Table } from "./table.tsx";

interface ProtocolsProps {
  readonly rows: readonly ProtocolRow[];
  readonly last: Point | undefined;
}

export function Protocols({ rows, last }: ProtocolsProps) {
  const used = rows.filter(({ framesReceived, connections }) => framesReceived + connections > 0);
  return (
    <section class="card" aria-label="Protocols">
      <h2>Protocols</h2>
      <Table
        caption="Protocols"
        rows={used}
        keyOf={(row) => row.name}
        empty="Nobody has connected yet."
        columns={[
          { title: "Protocol", cell: (row) => row.name },
          { title: "Connections", isNumber: true, cell: (row) => count(row.connections) },
          { title: "Topics", isNumber: true, cell: (row) => count(row.topics) },
          { title: "Slow", isNumber: true, cell: (row) => count(row.slowPeers) },
          { title: "Away", isNumber: true, cell: (row) => count(row.awayPeers) },
          {
            title: "Frames/s",
            isNumber: true,
            cell: ({ name }) => {
              const { received = 0, sent = 0 } = last?.byProtocol.get(name) ?? {};
              return rate(received + sent);
            },
          },
          { title: "Dropped", isNumber: true, cell: (row) => brief(row.relaysDropped) },
        ]}
      />
    </section>
  );
}

interface NodesProps {
  readonly rows: readonly NodeRow[];
  readonly missing: readonly string[];
  /** Seconds since 1970. */
  readonly at: number;
}

export function Nodes({ rows, missing, at }: NodesProps) {
  return (
    <section class="card" aria-label="Nodes">
      <h2>Nodes</h2>
      <Table
        caption="Nodes"
        rows={rows}
        keyOf={(row) => row.id}
        empty="No node answers."
        columns={[
          { title: "Node", cell: (row) => <code>{row.id}</code> },
          { title: "Host", cell: (row) => row.host },
          { title: "Version", cell: (row) => row.version },
          { title: "Up for", cell: (row) => duration(at - row.startedAt) },
          { title: "Connections", isNumber: true, cell: (row) => count(row.connections) },
          {
            title: "State",
            cell: (row) => (row.isReady ? "ready" : <span class="problem">not ready</span>),
          },
        ]}
      />
      {missing.length > 0 && <p class="problem">{missing.join(", ")}: no answer in time.</p>}
    </section>
  );
}

export function Events({ events }: { readonly events: readonly Event[] }) {
  return (
    <section class="card" aria-label="Refusals and errors">
      <h2>Refusals and errors</h2>
      {events.length === 0 ? (
        <p class="empty">Nothing since this page was opened.</p>
      ) : (
        <ol class="events">
          {events.map(({ at, text, isBad }) => (
            <li key={`${at} ${text}`} class={isBad ? "bad" : ""}>
              <time>{timeOfDay(at)}</time> {text}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
