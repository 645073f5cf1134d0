// What nodes ask each other for operators, and what they answer. Both are checked: another node may be of another
// version, and whoever can publish in Redis can say anything.

import * as v from "valibot";

/** Items of the longest page. */
export const maxPageItems = 1000;

const limit = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxPageItems));

export const nodeAnswer = v.object({
  version: v.string(),
  host: v.string(),
  startedAt: v.number(),
  isReady: v.boolean(),
  connections: v.number(),
  topics: v.number(),
  slowPeers: v.number(),
  /** Upgrades and requests that were refused, by why. */
  refusals: v.record(v.string(), v.number()),
  /** Connections that have ended, by why. */
  closes: v.record(v.string(), v.number()),
  faults: v.number(),
  /** By protocol. */
  protocols: v.record(
    v.string(),
    v.object({
      connections: v.number(),
      topics: v.number(),
      members: v.number(),
      slowPeers: v.number(),
      /** Peers without a connection that may still come back. */
      awayPeers: v.number(),
      framesReceived: v.number(),
      framesSent: v.number(),
      bytesReceived: v.number(),
      bytesSent: v.number(),
      relaysDelivered: v.number(),
      relaysDropped: v.number(),
      relaysAbsent: v.number(),
      relaysForbidden: v.number(),
    }),
  ),
});

export const topicsQuestion = v.object({
  protocol: v.optional(v.string()),
  prefix: v.optional(v.string()),
  /** A protocol and a name, with a slash between them. */
  after: v.optional(v.string()),
  limit,
});

export const topicsAnswer = v.array(
  v.object({ protocol: v.string(), name: v.string(), members: v.number() }),
);

/** Of one topic. */
export const topicQuestion = v.object({ protocol: v.string(), name: v.string() });

export const membersQuestion = v.object({
  ...topicQuestion.entries,
  /** The id of a member. */
  after: v.optional(v.string()),
  limit,
});

export const membersAnswer = v.object({
  /** How many there are on this node. */
  count: v.number(),
  members: v.array(
    v.object({ id: v.string(), connection: v.string(), user: v.optional(v.string()) }),
  ),
});

export const connectionsQuestion = v.object({
  protocol: v.optional(v.string()),
  user: v.optional(v.string()),
  slow: v.optional(v.boolean()),
  /** A node and a number of that node's, as in ids of connections. */
  after: v.optional(v.object({ node: v.string(), number: v.number() })),
  limit,
});

export const connection = v.object({
  id: v.string(),
  node: v.string(),
  protocol: v.string(),
  user: v.optional(v.string()),
  /** Seconds since its last sign of life. */
  silentSeconds: v.number(),
  /** Seconds for which it has not read; absent if it reads. */
  slowSeconds: v.optional(v.number()),
  queuedFrames: v.number(),
  queuedBytes: v.number(),
});

export const connectionsAnswer = v.array(connection);

export const connectionQuestion = v.object({ node: v.string(), number: v.number() });

/** `null` on every node but the one that has it. */
export const connectionAnswer = v.nullable(
  v.object({ ...connection.entries, topics: v.array(v.string()) }),
);

export const closing = v.object({
  code: v.pipe(v.number(), v.integer(), v.minValue(4000), v.maxValue(4999)),
  reason: v.pipe(
    v.string(),
    v.check((text) => Buffer.byteLength(text) <= 123, "a reason has at most 123 bytes"),
  ),
});

export const closeConnection = v.object({ ...connectionQuestion.entries, closing });
export const closeTopic = v.object({ ...topicQuestion.entries, closing });
export const broadcast = v.object({ ...topicQuestion.entries, frame: v.string() });

/** All nodes if none is named. */
export const drain = v.object({ node: v.optional(v.string()) });

/** How many connections or members an act has hit on one node. */
export const actAnswer = v.number();

/** Whether the node is meant. */
export const drainAnswer = v.boolean();

/** The kinds of questions on the bus. */
export const kinds = {
  node: "operator-node",
  topics: "operator-topics",
  members: "operator-members",
  connections: "operator-connections",
  connection: "operator-connection",
  closeConnection: "operator-close-connection",
  closeTopic: "operator-close-topic",
  broadcast: "operator-broadcast",
  drain: "operator-drain",
} as const;
