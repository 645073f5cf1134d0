// What the server counts for operators, besides what the core counts of frames and relays.

import type { Peer } from "../core/peer.ts";
import type { RelayCounts } from "../core/relay-counts.ts";
import { Traffic } from "../core/traffic.ts";
import { Histogram, latencyBounds } from "./histogram.ts";
import { Tally } from "./tally.ts";

/** A topic, as operators see it. */
export interface ShownTopic {
  readonly name: string;
  /** How many members are on this node. */
  readonly localCount: number;
  readonly members: {
    values(): Iterable<{ readonly id: string; readonly peer?: Peer | undefined }>;
  };
}

/** A hub, as operators see it. */
export interface CountedHub {
  /** Topics with a member here, in no order. */
  readonly topics: Iterable<ShownTopic>;
  topic(name: string): ShownTopic | undefined;
  readonly broadcasts: {
    /** Sends a frame to the members here. @returns how many there are */
    tellHere(name: string, frame: string): number;
    /** Broadcasts that the token of their sender did not allow. */
    readonly forbidden: number;
  };
  /** Topics with a member here. */
  readonly size: number;
  readonly counts: RelayCounts;
}

/** What only some protocols have to count, since the start. */
export interface ServiceCounts {
  /** Relays that were `absent` at once, and wait for their receiver all the same. */
  readonly kept?: number;
  /** The same for those that were `absent` on another node. */
  readonly keptLate?: number;
  /** ICE configurations that were handed out with TURN credentials. */
  readonly turnCredentials?: number;
  /** Peers that have lost their connection and may still come back, now. */
  readonly away?: number;
  /** Clients that have come back. */
  readonly resumes?: number;
}

/** Of one protocol. */
export class ProtocolCounts {
  readonly traffic = new Traffic();
  readonly hubs: CountedHub[] = [];
  /** What the protocol counts by itself. */
  service: (() => ServiceCounts) | undefined;
  /** Connections that were opened. */
  connects = 0;
  /** Connections that ended, by the name of the reason; `client` and `network` where the server did not end them. */
  readonly disconnects = new Tally();
  /** Memberships of topics that began and ended. */
  joins = 0;
  leaves = 0;
  /** Tokens that were refused, by why. */
  readonly tokenRefusals = new Tally();

  /** How many members the topics of this name have on this node: several hubs may have one each. */
  membersOf(topic: string): number {
    return this.hubs.reduce((sum, hub) => sum + (hub.topic(topic)?.localCount ?? 0), 0);
  }
}

/** Of one node. */
export class NodeCounts {
  /** By the name of the protocol; those of the server itself are `server`. */
  readonly protocols = new Map<string, ProtocolCounts>();
  /** Upgrades and requests that were refused, by why. */
  readonly refusals = new Tally();
  /** Connections that had asked for nothing, and were ended when files were short. */
  unanswered = 0;
  /** Events that no webhook was told. */
  webhookEventsLost: () => number = () => 0;
  /** Faults of ours, which the log tells of. */
  faults = 0;
  /** How late the event loop was, four times a second. */
  readonly loopLag = new Histogram(latencyBounds);

  of(protocol: string): ProtocolCounts {
    const known = this.protocols.get(protocol) ?? new ProtocolCounts();
    this.protocols.set(protocol, known);
    return known;
  }
}
