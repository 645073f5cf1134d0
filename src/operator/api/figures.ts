// The figures of one node, as operators see them: what is there now, and what was counted since its start.

import type * as v from "valibot";
import type { Node } from "../../core/node.ts";
import type { NodeCounts, ProtocolCounts } from "../../observe/counts.ts";
import { Tally } from "../../observe/tally.ts";
import type { nodeAnswer } from "./questions.ts";

type Figures = Pick<
  v.InferOutput<typeof nodeAnswer>,
  "slowPeers" | "protocols" | "refusals" | "closes" | "faults"
>;

export function figuresOf({ slow }: Node, { protocols, refusals, faults }: NodeCounts): Figures {
  const slowPeers = new Tally();
  for (const { group } of slow) slowPeers.add(group.protocol);
  const slowOf = Object.fromEntries(slowPeers);
  const shown = [...protocols].map(([name, of]) => [
    name,
    { ...ofProtocol(of), slowPeers: slowOf[name] ?? 0 },
  ]);
  const closes = new Map<string, number>();
  for (const { disconnects } of protocols.values())
    for (const [why, count] of disconnects) closes.set(why, (closes.get(why) ?? 0) + count);
  return {
    slowPeers: slow.size,
    protocols: Object.fromEntries(shown),
    refusals: Object.fromEntries(refusals),
    closes: Object.fromEntries(closes),
    faults,
  };
}

function ofProtocol(counts: ProtocolCounts) {
  const { connects, disconnects, hubs, joins, leaves, traffic, service } = counts;
  const { framesReceived, framesSent, bytesReceived, bytesSent } = traffic;
  const relays = { relaysDelivered: 0, relaysDropped: 0, relaysAbsent: 0, relaysForbidden: 0 };
  for (const { counts: of } of hubs) {
    const { sent, queued, dropped, absent, forbidden } = of.outcomes;
    // Passed on to another node, these had counted as sent.
    const late = of.lateFailures;
    relays.relaysDelivered += sent + queued - late.dropped - late.absent;
    relays.relaysDropped += dropped + late.dropped;
    relays.relaysAbsent += absent + late.absent;
    relays.relaysForbidden += forbidden;
  }
  return {
    connections: connects - disconnects.total,
    topics: sum(hubs, ({ size }) => size),
    members: joins - leaves,
    awayPeers: service?.().away ?? 0,
    framesReceived,
    framesSent,
    bytesReceived,
    bytesSent,
    ...relays,
  };
}

export function sum<Item>(items: Iterable<Item>, of: (item: Item) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
}
