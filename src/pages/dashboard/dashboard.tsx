// The dashboard of operators: what goes on at all nodes, now and in the last ten minutes.

import { render } from "preact";
import { useEffect, useReducer, useState } from "preact/hooks";
import { Countdown, type NextTry } from "../pieces/countdown.tsx";
import { Charts } from "./charts.tsx";
import { Connections } from "./connections.tsx";
import { type History, noHistory, withNext } from "./history.ts";
import { type LiveState, watch } from "./live.ts";
import { Events, Nodes, Protocols } from "./now.tsx";
import type { Overview } from "./overview.ts";
import { Tiles } from "./tiles.tsx";
import { Topics } from "./topics.tsx";

const states: Readonly<Record<LiveState, string>> = {
  connecting: "connecting…",
  live: "live",
  lost: "out of reach",
  refused: "refused: open this page again, with the token of ADMIN_TOKEN as the password",
};

interface ReachState {
  readonly state: LiveState;
  readonly next: NextTry | undefined;
}

function Dashboard() {
  const [history, told] = useReducer<History, Overview>(withNext, noHistory);
  const [{ state, next }, setLive] = useState<ReachState>({ state: "connecting", next: undefined });
  useEffect(() => watch({ told, became: (state, next) => setLive({ state, next }) }), []);
  const { latest } = history;
  return (
    <>
      <header class="masthead">
        <span class="brand">
          <img src="/favicon.svg" alt="" width="28" height="28" />
          signalbox
        </span>
        <span class="standing">
          <span class={`state ${state}`} role="status" data-testid="state">
            {states[state]}
          </span>
          {next !== undefined && <Countdown key={next.at} next={next} />}
        </span>
      </header>
      <main class={state === "live" ? "" : "stale"}>
        <h1 class="visually-hidden">Dashboard</h1>
        {latest === undefined ? (
          <p class="empty">Nothing is known yet.</p>
        ) : (
          <Shown {...history} latest={latest} />
        )}
      </main>
    </>
  );
}

function Shown({ latest, points, events }: History & { readonly latest: Overview }) {
  const protocols = latest.protocols.map(({ name }) => name);
  const { mayAct } = latest;
  return (
    <>
      <Tiles latest={latest} points={points} />
      <Charts points={points} protocols={protocols} />
      <div class="columns">
        <Protocols rows={latest.protocols} last={points.at(-1)} />
        <Nodes rows={latest.nodes} missing={latest.missing ?? []} at={latest.at} />
      </div>
      <Events events={events} />
      {!mayAct && (
        <p class="hint">
          Started without <code>ADMIN_TOKEN</code>: this page shows what goes on, and closes
          nothing.
        </p>
      )}
      <Topics protocols={protocols} mayAct={mayAct} />
      <Connections protocols={protocols} mayAct={mayAct} />
    </>
  );
}

const place = document.getElementById("dashboard");
if (place !== null) render(<Dashboard />, place);
