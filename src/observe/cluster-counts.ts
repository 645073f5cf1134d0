// What a node counts of its place in the cluster, for operators.

import { Histogram, latencyBounds } from "./histogram.ts";

export class ClusterCounts {
  /** How long Redis took to confirm a publish. */
  readonly publishes = new Histogram(latencyBounds);
  /** Publishes that failed, or whose fate is not known. */
  publishFailures = 0;
  /** Relays that were passed on to other nodes, and those that came from them. */
  relaysSent = 0;
  relaysReceived = 0;
  /** From the publish of a batch of relays until its node has confirmed it. */
  readonly roundTrips = new Histogram(latencyBounds);
}
