// One server process: what the hubs of all its protocols share.

import { Announcer } from "./announcer.ts";
import { BackpressureScan } from "./backpressure-scan.ts";
import type { Bus } from "./bus.ts";
import { Clock } from "./clock.ts";
import type { Publish } from "./fan-out.ts";
import type { Limits } from "./limits.ts";
import { Liveness } from "./liveness.ts";
import { OneNode } from "./one-node.ts";
import { Peer, type PeerContext } from "./peer.ts";
import type { PeerGroup } from "./peer-group.ts";
import { Rate } from "./rate.ts";
import { Tick } from "./tick.ts";
import type { Transport } from "./transport.ts";
import { WorkQueue } from "./work-queue.ts";

/** Where the core tells the operator something; never with a text that came from a client or a node. */
export interface CoreLog {
  warn(fields: object, message: string): void;
}

/** What opening a topic counts for `WorkQueue.mayDo`: some ten microseconds. */
const unitsOfOpening = 512;

export interface NodeOptions {
  readonly limits: Limits;
  readonly publish: Publish;
  /**
   * Is told of faults of ours, which end nothing but what they hit, and of the peer that they hit. Must not throw.
   */
  readonly fault: (thrown: unknown, peer?: Peer) => void;
  readonly log: CoreLog;
  /** One node alone if unset. */
  readonly bus?: Bus | undefined;
  readonly tick?: Tick;
  readonly announcer?: Announcer;
  readonly work?: WorkQueue;
  /** Runs a callback after some milliseconds; tests give their own. */
  readonly later?: (run: () => void, ms: number) => unknown;
}

export class Node implements PeerContext {
  readonly limits: Limits;
  readonly publish: Publish;
  readonly fault: (thrown: unknown, peer?: Peer) => void;
  readonly log: CoreLog;
  readonly bus: Bus;
  readonly tick: Tick;
  readonly clock: Clock;
  readonly peers: Liveness;
  readonly frameRate: Rate;
  readonly byteRate: Rate;
  /** The connected peers whose outboxes are backed up. */
  readonly slow = new Set<Peer>();
  /** Work that must not delay the frames of others. */
  readonly work: WorkQueue;
  /** Topics that are open, in all namespaces. */
  topics = 0;
  readonly backpressureScan = new BackpressureScan();
  readonly waiting = { bytes: 0 };
  readonly announcer: Announcer;
  readonly later: (run: () => void, ms: number) => unknown;

  constructor({
    limits,
    publish,
    fault,
    log,
    bus,
    tick = new Tick(),
    announcer,
    work,
    later = setTimeout,
  }: NodeOptions) {
    this.limits = { ...limits };
    this.publish = publish;
    this.fault = fault;
    this.log = log;
    this.bus = bus ?? new OneNode(fault);
    this.tick = tick;
    this.announcer = announcer ?? new Announcer({ fault });
    this.clock = new Clock(fault);
    this.peers = new Liveness(this.limits, this.clock, fault);
    this.frameRate = new Rate(this.clock, limits.framesPerSecond);
    this.byteRate = new Rate(this.clock, limits.bytesPerSecond);
    this.later = later;
    this.work = work ?? new WorkQueue({ fault, isLate: () => tick.isLate || this.bus.isLate });
  }

  /** Whether it may open no more topics. */
  get isCrowded(): boolean {
    const { maxTopics } = this.limits;
    return maxTopics > 0 && this.topics >= maxTopics;
  }

  /** Puts other limits into force, for everybody who is connected too. */
  setLimits(limits: Limits): void {
    Object.assign(this.limits, limits);
    this.frameRate.set(limits.framesPerSecond);
    this.byteRate.set(limits.bytesPerSecond);
  }

  openedTopic(): void {
    this.topics++;
    this.work.note(unitsOfOpening);
  }

  /** A client has connected. */
  connect(transport: Transport, group: PeerGroup): Peer {
    const peer = new Peer(transport, group, this);
    this.peers.add(peer);
    return peer;
  }

  slowed(peer: Peer): void {
    // One that is away waits for its client, and is not slow.
    if (this.peers.has(peer)) this.slow.add(peer);
  }

  hastened(peer: Peer): void {
    this.slow.delete(peer);
  }

  /** Its transport is closed. The protocol's conversation leaves its topics. */
  disconnect(peer: Peer): void {
    this.peers.delete(peer);
    this.slow.delete(peer);
    // What waits for a peer that may come back goes with its protocol's side.
    if (peer.transport.isCounted !== true) peer.outbox.end();
  }
}
