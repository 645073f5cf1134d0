// The figures of this process, read where they are counted.

import type { Node } from "../../core/node.ts";
import { isFailed, type Outcome } from "../../core/outcome.ts";
import type { ClusterCounts } from "../../observe/cluster-counts.ts";
import type { NodeCounts, ProtocolCounts } from "../../observe/counts.ts";
import type { Histogram } from "../../observe/histogram.ts";
import { processFigures } from "../../observe/process-figures.ts";
import type { Tally } from "../../observe/tally.ts";
import type { MetricName } from "./catalogue.ts";
import type { Sample, Samples } from "./samples.ts";

/** Where the figures of a node are. */
export interface MetricSources {
  readonly version: string;
  readonly node: Node;
  readonly counts: NodeCounts;
  /** Unset on a single node. */
  readonly cluster: ClusterFigures | undefined;
  readonly isReady: () => boolean;
  /** No limit is `Infinity`. */
  readonly maxConnections: number;
  readonly memoryLimitBytes: number;
}

interface ClusterFigures {
  readonly counts: ClusterCounts;
  /** Commands that Redis has refused, by their names. */
  readonly refused: { readonly total: Tally };
}

/** @param process what the metrics of the process name it by */
export function readSamples(sources: MetricSources, process: string): Samples {
  const { node, counts } = sources;
  const all = [
    ...serverSamples(sources),
    ...[...counts.protocols].flatMap(([protocol, of]) => protocolSamples(protocol, of)),
    ...slowSamples(node, counts),
    ...tally("signalbox_refusals_total", counts.refusals),
    sample("signalbox_unanswered_connections_total", [], counts.unanswered),
    sample("signalbox_turn_credentials_total", [], sum(counts, "turnCredentials")),
    sample("signalbox_webhook_events_lost_total", [], counts.webhookEventsLost()),
    sample("signalbox_faults_total", [], counts.faults),
    ...clusterSamples(sources),
    histogram("signalbox_event_loop_lag_seconds", counts.loopLag),
    ...processSamples(process),
  ];
  // What has no limit has no figure.
  return all.filter(({ value }) => Number.isFinite(value));
}

function serverSamples(sources: MetricSources): Samples {
  const { version, isReady, maxConnections, memoryLimitBytes } = sources;
  return [
    sample("signalbox_build_info", [version, Bun.version], 1),
    sample("signalbox_ready", [], isReady() ? 1 : 0),
    sample("signalbox_connections_max", [], maxConnections),
    sample("signalbox_memory_limit_bytes", [], memoryLimitBytes),
  ];
}

function protocolSamples(protocol: string, counts: ProtocolCounts): Samples {
  const { traffic, connects, disconnects, hubs, joins, leaves } = counts;
  const { away, resumes } = counts.service?.() ?? {};
  const own = (metric: MetricName, value: number, ...labels: readonly string[]): Sample =>
    sample(metric, [protocol, ...labels], value);
  return [
    own("signalbox_connections", connects - disconnects.total),
    own("signalbox_connects_total", connects),
    ...tally("signalbox_disconnects_total", disconnects, protocol),
    ...tally("signalbox_token_refusals_total", counts.tokenRefusals, protocol),
    own(
      "signalbox_topics",
      hubs.reduce((topics, { size }) => topics + size, 0),
    ),
    own("signalbox_members", joins - leaves),
    own("signalbox_joins_total", joins),
    own("signalbox_leaves_total", leaves),
    own("signalbox_frames_total", traffic.framesReceived, "received"),
    own("signalbox_frames_total", traffic.framesSent, "sent"),
    own("signalbox_bytes_total", traffic.bytesReceived, "received"),
    own("signalbox_bytes_total", traffic.bytesSent, "sent"),
    own("signalbox_frames_refused_total", traffic.framesRefused),
    own(
      "signalbox_broadcasts_forbidden_total",
      hubs.reduce((all, { broadcasts }) => all + broadcasts.forbidden, 0),
    ),
    ...(away === undefined ? [] : [own("signalbox_away_peers", away)]),
    ...(resumes === undefined ? [] : [own("signalbox_resumes_total", resumes)]),
    ...relaySamples(protocol, counts),
  ];
}

/** A message that PeerJS keeps was `absent` before. */
function relaySamples(protocol: string, { hubs, service }: ProtocolCounts): Samples {
  const { kept, keptLate = 0 } = service?.() ?? {};
  const atOnce = new Map<string, number>();
  const late = new Map<string, number>();
  for (const { counts } of hubs)
    for (const [outcome, count] of Object.entries(counts.outcomes)) {
      const failures = counts.lateFailures;
      atOnce.set(outcome, (atOnce.get(outcome) ?? 0) + count);
      if (!isFailed(outcome as Outcome)) continue;
      late.set(outcome, (late.get(outcome) ?? 0) + failures[outcome as keyof typeof failures]);
    }
  if (kept !== undefined) {
    atOnce.set("kept", kept);
    atOnce.set("absent", (atOnce.get("absent") ?? 0) - kept);
    late.set("absent", (late.get("absent") ?? 0) - keptLate);
  }
  const samples = (metric: MetricName, outcomes: ReadonlyMap<string, number>): Samples =>
    [...outcomes].map(([outcome, count]) => sample(metric, [protocol, outcome], count));
  return [
    ...samples("signalbox_relays_total", atOnce),
    ...samples("signalbox_relays_failed_late_total", late),
  ];
}

/** Peers that do not read are few, and are looked at; all others have nothing waiting. */
function slowSamples({ slow }: Node, { protocols }: NodeCounts): Samples {
  const figures = new Map(
    [...protocols.keys()].map((name) => [name, { peers: 0, frames: 0, bytes: 0 }]),
  );
  for (const { group, outbox } of slow) {
    const own = figures.get(group.protocol);
    if (own === undefined) continue;
    own.peers++;
    own.frames += outbox.waitingFrames;
    own.bytes += outbox.waitingBytes;
  }
  return [...figures].flatMap(([protocol, { peers, frames, bytes }]) => [
    sample("signalbox_slow_peers", [protocol], peers),
    sample("signalbox_queued_frames", [protocol], frames),
    sample("signalbox_queued_bytes", [protocol], bytes),
  ]);
}

function clusterSamples({ cluster, node }: MetricSources): Samples {
  const nodes = sample("signalbox_nodes", [], [...node.bus.others].length + 1);
  if (cluster === undefined) return [nodes];
  const { counts, refused } = cluster;
  return [
    nodes,
    sample("signalbox_bus_up", [], node.bus.isReachable ? 1 : 0),
    histogram("signalbox_redis_publish_seconds", counts.publishes),
    sample("signalbox_redis_publish_failures_total", [], counts.publishFailures),
    ...tally("signalbox_redis_refused_commands_total", refused.total),
    sample("signalbox_node_relays_total", ["sent"], counts.relaysSent),
    sample("signalbox_node_relays_total", ["received"], counts.relaysReceived),
    histogram("signalbox_node_relay_round_trip_seconds", counts.roundTrips),
  ];
}

function processSamples(process: string): Samples {
  const { residentBytes, cpuSeconds, openFiles, maxFiles, startedAt } = processFigures();
  const own = (metric: MetricName, value: number | undefined): Samples =>
    value === undefined ? [] : [sample(metric, [process], value)];
  return [
    ...own("signalbox_process_resident_memory_bytes", residentBytes),
    ...own("signalbox_process_cpu_seconds_total", cpuSeconds),
    ...own("signalbox_process_open_fds", openFiles),
    ...own("signalbox_process_max_fds", maxFiles),
    ...own("signalbox_process_start_time_seconds", startedAt),
  ];
}

const sample = (metric: MetricName, labels: readonly string[], value: number): Sample => ({
  metric,
  labels,
  value,
});

const tally = (metric: MetricName, counts: Tally, ...labels: readonly string[]): Samples =>
  [...counts].map(([name, count]) => sample(metric, [...labels, name], count));

const histogram = (metric: MetricName, { bounds, counts, sum }: Histogram): Sample => ({
  metric,
  labels: [],
  value: sum,
  bounds,
  counts: [...counts],
});

const sum = ({ protocols }: NodeCounts, what: "turnCredentials"): number =>
  [...protocols.values()].reduce((total, { service }) => total + (service?.()[what] ?? 0), 0);
