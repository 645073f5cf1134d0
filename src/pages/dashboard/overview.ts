// What the server tells every second, as src/operator/live.ts sends it.

export interface NodeRow {
  readonly id: string;
  readonly version: string;
  readonly host: string;
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly isReady: boolean;
  readonly connections: number;
  readonly topics: number;
  readonly slowPeers: number;
}

/** What is there now, and totals since the nodes were started. */
export interface ProtocolRow {
  readonly name: string;
  readonly connections: number;
  readonly topics: number;
  readonly members: number;
  readonly slowPeers: number;
  readonly awayPeers: number;
  readonly framesReceived: number;
  readonly framesSent: number;
  readonly relaysDelivered: number;
  readonly relaysDropped: number;
  readonly relaysAbsent: number;
  readonly relaysForbidden: number;
}

export interface Overview {
  /** Seconds since 1970. */
  readonly at: number;
  readonly mayAct: boolean;
  readonly nodes: readonly NodeRow[];
  readonly protocols: readonly ProtocolRow[];
  /** By why. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly closes: Readonly<Record<string, number>>;
  readonly faults: number;
  /** Nodes that did not answer in time. */
  readonly missing?: readonly string[];
}
