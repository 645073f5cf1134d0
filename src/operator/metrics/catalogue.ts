// Every metric, as data. docs/metrics.md explains the same ones; a test holds both together. No label is a name of a
// topic, a person or an address: their values are of closed tables.

export interface MetricSpec {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  /** How the figures of several workers become one. */
  readonly combine: "sum" | "max" | "min";
}

const counter = (help: string, ...labels: readonly string[]): MetricSpec => ({
  type: "counter",
  help,
  labels,
  combine: "sum",
});

const gauge = (help: string, ...labels: readonly string[]): MetricSpec => ({
  type: "gauge",
  help,
  labels,
  combine: "sum",
});

const histogram = (help: string): MetricSpec => ({
  type: "histogram",
  help,
  labels: [],
  combine: "sum",
});

export const metrics = {
  signalbox_build_info: {
    ...gauge("Always 1; the version of signalbox and of Bun.", "version", "bun"),
    combine: "max",
  },
  signalbox_ready: {
    ...gauge("1 while new clients are let in; 0 once the server is being stopped."),
    combine: "min",
  },

  signalbox_connections: gauge("Open WebSocket connections.", "protocol"),
  signalbox_connections_max: gauge("Connections beyond which new ones are refused."),
  signalbox_connects_total: counter("Connections that were opened.", "protocol"),
  signalbox_disconnects_total: counter(
    "Connections that ended, by the name of the server's reason, or client or network.",
    "protocol",
    "reason",
  ),
  signalbox_refusals_total: counter("Requests and upgrades that were refused.", "reason"),
  signalbox_unanswered_connections_total: counter(
    "Connections that had asked for nothing, and were ended when open files were short.",
  ),
  signalbox_token_refusals_total: counter("Tokens that were refused.", "protocol", "reason"),

  signalbox_topics: gauge("Topics that have a member on this server.", "protocol"),
  signalbox_members: gauge("Memberships of topics on this server.", "protocol"),
  signalbox_joins_total: counter("Memberships that began.", "protocol"),
  signalbox_leaves_total: counter("Memberships that ended.", "protocol"),

  signalbox_frames_total: counter(
    "Messages, received or sent; a broadcast counts once for each receiver here.",
    "protocol",
    "direction",
  ),
  signalbox_bytes_total: counter("Bytes of these messages.", "protocol", "direction"),
  signalbox_frames_refused_total: counter(
    "Messages that were not handled, as their connection sent more than it may.",
    "protocol",
  ),
  signalbox_relays_total: counter(
    "Messages to one peer, by what became of them at once.",
    "protocol",
    "outcome",
  ),
  signalbox_relays_failed_late_total: counter(
    "Relays that were passed on to another node, and failed on their way.",
    "protocol",
    "outcome",
  ),
  signalbox_broadcasts_forbidden_total: counter(
    "Messages to a whole topic that the token of their sender did not allow.",
    "protocol",
  ),
  signalbox_slow_peers: gauge(
    "Peers that do not read, so that messages wait for them.",
    "protocol",
  ),
  signalbox_queued_frames: gauge("Messages that wait for these peers.", "protocol"),
  signalbox_queued_bytes: gauge("Bytes of messages that wait for these peers.", "protocol"),
  signalbox_away_peers: gauge(
    "Peers that have lost their connection, and are members until they come back or their time is over.",
    "protocol",
  ),
  signalbox_resumes_total: counter("Clients that came back to their membership.", "protocol"),
  signalbox_turn_credentials_total: counter("ICE configurations handed out with TURN credentials."),
  signalbox_webhook_events_lost_total: counter(
    "Events that a webhook was not told, once for each address.",
  ),
  signalbox_faults_total: counter("Faults of the server itself; the log has the calls."),

  signalbox_bus_up: {
    ...gauge("1 while all other nodes can be reached; not there with a single node."),
    combine: "min",
  },
  signalbox_nodes: {
    ...gauge("Nodes that are known to be alive, this one included."),
    combine: "max",
  },
  signalbox_redis_publish_seconds: histogram("Time until Redis has confirmed a publish."),
  signalbox_redis_publish_failures_total: counter("Publishes that failed."),
  signalbox_redis_refused_commands_total: counter("Commands that Redis refused.", "command"),
  signalbox_node_relays_total: counter("Relays between nodes, received or sent.", "direction"),
  signalbox_node_relay_round_trip_seconds: histogram(
    "Time from the publish of relays until the other node has confirmed them.",
  ),

  signalbox_event_loop_lag_seconds: histogram(
    "How late a timer of a quarter of a second was: how long the event loop was held up.",
  ),
  signalbox_memory_limit_bytes: {
    ...gauge("Resident memory of a process from which new clients are refused."),
    combine: "min",
  },
  signalbox_process_resident_memory_bytes: gauge("Resident memory.", "process"),
  signalbox_process_cpu_seconds_total: counter("CPU time, of user and system.", "process"),
  signalbox_process_open_fds: gauge("Open file descriptors.", "process"),
  signalbox_process_max_fds: gauge("Limit of open file descriptors.", "process"),
  signalbox_process_start_time_seconds: gauge("When it started, in seconds since 1970.", "process"),
} as const satisfies Record<`signalbox_${string}`, MetricSpec>;

export type MetricName = keyof typeof metrics;
