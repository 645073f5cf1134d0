// Connections, frames and what became of relays, of all protocols together or of one.

import { useState } from "preact/hooks";
import { Chart, type Line } from "./chart.tsx";
import { brief, rate } from "./format.ts";
import { noRates, type Point, type Rates } from "./history.ts";

interface ChartsProps {
  readonly points: readonly Point[];
  readonly protocols: readonly string[];
}

export function Charts({ points, protocols }: ChartsProps) {
  const [protocol, setProtocol] = useState("");
  const times = points.map(({ at }) => at);
  const rates = points.map(({ all, byProtocol }) =>
    protocol === "" ? all : (byProtocol.get(protocol) ?? noRates),
  );
  const line = (name: string, color: Line["color"], of: keyof Rates): Line => ({
    name,
    color,
    values: rates.map((each) => each[of]),
  });
  return (
    <>
      <div class="heading">
        <h2>The last ten minutes</h2>
        <label class="beside">
          of
          <select value={protocol} onChange={(event) => setProtocol(event.currentTarget.value)}>
            <option value="">all protocols</option>
            {protocols.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="charts">
        <Chart
          title="Connections"
          times={times}
          shown={brief}
          lines={[line("open", "--line-1", "connections")]}
        />
        <Chart
          title="Frames per second"
          times={times}
          shown={rate}
          lines={[line("received", "--line-1", "received"), line("sent", "--line-2", "sent")]}
        />
        <Chart
          title="Relays per second"
          times={times}
          shown={rate}
          lines={[
            line("delivered", "--line-1", "delivered"),
            line("not there", "--line-2", "absent"),
            line("dropped", "--line-3", "dropped"),
            line("forbidden", "--line-4", "forbidden"),
          ]}
        />
      </div>
    </>
  );
}
