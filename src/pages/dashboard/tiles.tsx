// The figures that are looked at first.

import { brief, count, rate } from "./format.ts";
import type { Point } from "./history.ts";
import type { Overview, ProtocolRow } from "./overview.ts";

interface TilesProps {
  readonly latest: Overview;
  readonly points: readonly Point[];
}

export function Tiles({ latest, points }: TilesProps) {
  const { all } = points.at(-1) ?? {};
  const failed = (all?.dropped ?? 0) + (all?.absent ?? 0) + (all?.forbidden ?? 0);
  const unready = latest.nodes.filter(({ isReady }) => !isReady).length;
  const lost = unready + (latest.missing?.length ?? 0);
  const sum = (of: (row: ProtocolRow) => number): number =>
    latest.protocols.reduce((total, row) => total + of(row), 0);
  const slow = sum((row) => row.slowPeers);
  return (
    <dl class="tiles">
      <Tile name="connections" value={count(sum((row) => row.connections))} />
      <Tile name="topics" value={count(sum((row) => row.topics))} />
      <Tile name="frames/s" value={rate((all?.received ?? 0) + (all?.sent ?? 0))} />
      <Tile name="failed relays/s" value={rate(failed)} isBad={failed > 0} />
      <Tile name="slow peers" value={brief(slow)} isBad={slow > 0} />
      <Tile name="away peers" value={brief(sum((row) => row.awayPeers))} />
      <Tile
        name={lost === 0 ? "nodes" : `nodes, ${lost} not ready`}
        value={count(latest.nodes.length)}
        isBad={lost > 0}
      />
    </dl>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly isBad?: boolean;
}

const Tile = ({ name, value, isBad = false }: TileProps) => (
  <div class={isBad ? "card tile bad" : "card tile"}>
    <dt>{name}</dt>
    <dd data-testid={name}>{value}</dd>
  </div>
);
