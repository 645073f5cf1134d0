// How our server grows with its size, beside the barest relay where that can do the same: where a curve bends for both, it
// is the runtime's or the kernel's doing.

import { fanOut } from "../../src/bench/fan-out.ts";
import { relay } from "../../src/bench/relay.ts";
import { storm } from "../../src/bench/storm.ts";
import { gatheringRelay } from "./contenders.ts";
import { type Part, settings } from "./parts.ts";

/** A curve needs fewer rounds than a ratio. */
const rounds = 3;

const relayed = {
  mode: relay,
  own: ["topic"],
  others: [gatheringRelay],
  figures: ["deliveredPerCpuSecond", "messagesPerRead", "serverCpuPercent"],
  compared: "deliveredPerCpuSecond",
  chart: "lines",
  play: "alone",
} as const;

export const growth: readonly Part[] = [
  {
    ...relayed,
    name: "growth-pairs",
    title: "More pairs",
    about: "Relay with one message in flight for each pair, from 1 to 5,000 pairs.",
    bends:
      "A pair alone wakes the server for each message. From 1,000 pairs on each message costs more, for the barest relay, " +
      "too: what the kernel and the runtime keep of thousands of connections does not fit into the processor's caches.",
    settings: settings([1, 10, 100, 1000, 5000], "", (pairs) => ({ pairs, rounds })),
  },
  {
    ...relayed,
    name: "growth-bytes",
    title: "Longer messages",
    about: "Relay between 100 pairs with messages of 200 to 60,000 bytes.",
    bends:
      "A message of up to some 1,200 bytes costs little more than a read from a socket and a write to one. Beyond that its " +
      "bytes count: the kernel copies them twice, and the runtime unmasks and copies them. Ours also reads each byte, as it " +
      "passes on nothing but JSON: it spends three quarters of its time outside of the kernel, the barest relay a half.",
    settings: settings([200, 1200, 5000, 20_000, 60_000], "", (bytes) => ({ bytes, rounds })),
  },
  {
    name: "growth-receivers",
    title: "More receivers",
    about:
      "Copies of a broadcast to 2 to 5,000 receivers, by the protocol of Nostr, one broadcast under way.",
    bends:
      "With few receivers, reading the event and answering it is a large part of the cost. Each receiver gets a copy that " +
      "names its own subscription, so from some 20 on a copy costs what a write to a socket costs. With thousands of " +
      "receivers, what is kept of their sockets does not fit into the processor's caches.",
    mode: fanOut,
    settings: settings([2, 10, 20, 100, 1000, 5000], "", (subscribers) => ({
      subscribers,
      rounds,
    })),
    own: ["nostr"],
    others: [],
    figures: ["copiesPerCpuSecond", "broadcastsPerSecond", "serverCpuPercent"],
    compared: "copiesPerCpuSecond",
    chart: "lines",
    play: "alone",
  },
  {
    name: "growth-members",
    title: "Larger topics",
    about:
      "5,000 clients that connect at the same time to topics of 2 to 5,000 members: each gets the list of those who are " +
      "there, and hears of those who come after it.",
    bends:
      "In small topics a client costs its handshake. In large ones it is the lists: 5,000 who join one topic are sent lists " +
      "of hundreds of megabytes together. What is announced to those who are there is gathered, and costs far less.",
    mode: storm,
    settings: settings([2, 10, 100, 1000, 5000], "", (topicSize) => ({
      topicSize,
      connections: 5000,
      rounds,
    })),
    own: ["topic"],
    others: [],
    figures: ["connectionsPerCpuSecond", "p50Ms", "lastMs"],
    compared: "connectionsPerCpuSecond",
    chart: "lines",
    play: "alone",
  },
];
