// The bus between nodes. Each node owns its members and tells the others of them; Redis carries what is said,
// and keeps nothing but leases and claims. This file brings the parts together: what the carrier says,
// what comes in, and what passes with time.

import type { Bus, Link, Receiver } from "../core/bus.ts";
import type { Outcome } from "../core/hub.ts";
import type { NodeId } from "../core/ids.ts";
import type { Carrier } from "./carrier.ts";
import { Channels } from "./channels.ts";
import { Claims } from "./claims.ts";
import { Inbox } from "./inbox.ts";
import { Leases } from "./leases.ts";
import {
  type Batch,
  headOf,
  majorVersion,
  type NodePart,
  type RelayPart,
  readBatch,
} from "./message.ts";
import { Outgoing } from "./outgoing.ts";
import { Relays } from "./relays.ts";
import { RemoteLink, type Shared } from "./remote-link.ts";
import { type ClusterLog, Strangers } from "./strangers.ts";
import { Topics } from "./topics.ts";

export interface ClusterOptions {
  readonly node: NodeId;
  readonly carrier: Carrier;
  readonly channels: Channels;
  readonly leaseMs: number;
  /** What people who look into Redis are told of this node. */
  readonly about: object;
  readonly log: ClusterLog;
  /** Milliseconds; only grows. */
  readonly now: () => number;
  /** Runs a callback at the end of the tick. */
  readonly schedule: (run: () => void) => void;
}

/** Milliseconds after which relays that nobody answers for are given up, at least. */
const minAnswerMs = 1000;

export class Cluster implements Bus {
  readonly node: NodeId;
  readonly #options: ClusterOptions;
  readonly #shared: Shared;
  readonly #leases: Leases;
  readonly #inbox: Inbox;
  readonly #head: string;
  readonly #strangers: Strangers;
  #isUp = false;
  #renewedAt = 0;
  #steppedAt: number;

  constructor(options: ClusterOptions) {
    const { node, carrier, channels, now, schedule } = options;
    const isReachable = (): boolean => this.isReachable;
    const relays = new Relays(now);
    const outgoing = new Outgoing(node, carrier, relays, schedule);
    const forgetInbox = (channel: string): void => this.#inbox.forgetChannel(channel);
    const topics = new Topics({ ...options, outgoing, isReachable, forgetInbox });
    this.node = node;
    this.#options = options;
    this.#head = headOf(node);
    this.#strangers = new Strangers(options.log);
    this.#steppedAt = now();
    this.#leases = new Leases(options, {
      nodes: () => topics.nodes,
      alive: (other, epoch) => topics.nodeAlive(other, epoch),
      gone: (other) => this.#gone(other),
      lost: () => this.#join(),
    });
    const claims = new Claims(node, carrier, this.#leases, now);
    this.#shared = { channels, topics, outgoing, relays, claims, isReachable, schedule };
    this.#inbox = new Inbox({
      relay: (from, part) => this.#relay(from, part),
      other: (batch, part) => this.#take(batch, part),
      missed: (other) => relays.giveUp(other),
      answer: (other, part) => outgoing.toNode(channels.node(other), part),
    });
  }

  get isReachable(): boolean {
    return this.#isUp && this.#leases.isHeld;
  }

  /** Connects, and goes on trying for as long as it takes. */
  start(): void {
    const { carrier, channels } = this.#options;
    carrier.start({
      up: () => this.#join(),
      down: (problem) => this.#down(problem),
      message: (channel, text) => this.#message(channel, text),
    });
    carrier.subscribe([channels.node(this.node)]).catch(() => undefined);
  }

  link<Info>(namespace: string, receiver: Receiver<Info>): Link<Info> {
    // The one cast: what a hub tells of its members comes back to hubs of the same protocol only.
    return new RemoteLink(this.#shared, namespace, receiver as Receiver<unknown>);
  }

  /** To be called some ten times a second: what passes with time. */
  step(): void {
    const { now, leaseMs } = this.#options;
    const { topics, relays, claims } = this.#shared;
    const time = now();
    // One that was suspended may have lost its lease meanwhile.
    const isDue = time - this.#renewedAt >= leaseMs / 3 || this.#wasSuspended(time);
    this.#steppedAt = time;
    if (this.#isUp && isDue) this.#renew(time);
    topics.step();
    relays.expire(time - Math.max(minAnswerMs, leaseMs / 3));
    this.#inbox.answer();
    claims.sweep();
  }

  /** Says good-bye to the other nodes; the hubs have no members any more. */
  async close(): Promise<void> {
    const { carrier, channels } = this.#options;
    const wasReachable = this.isReachable;
    this.#shared.claims.end();
    this.#shared.outgoing.flush();
    this.#isUp = false;
    if (wasReachable) await carrier.delete(channels.lease(this.node)).catch(() => undefined);
    await carrier.close();
  }

  #renew(time: number): void {
    this.#renewedAt = time;
    if (this.#leases.isHeld) void this.#leases.renew();
    else this.#join();
  }

  /** Makes this node known, or known again: it may have missed something, or have been missed. */
  #join(): void {
    const { outgoing } = this.#shared;
    this.#isUp = true;
    this.#renewedAt = this.#options.now();
    const epoch = ++outgoing.epoch;
    void this.#leases.take(epoch).then(() => {
      if (this.#isUp && epoch === outgoing.epoch) this.#joined();
    });
  }

  #joined(): void {
    const { topics, claims } = this.#shared;
    if (!this.#leases.isHeld) {
      topics.settleAll();
      this.#options.log.warn({}, "Redis takes no keys: the other nodes cannot know this one");
      return;
    }
    this.#options.log.info({}, "Redis is reached: the peers of all nodes meet");
    claims.renewAll();
    topics.greetAll();
  }

  #down(problem: string): void {
    this.#isUp = false;
    const fields = { problem };
    this.#options.log.warn(fields, "Redis cannot be reached: only the peers of this node meet");
    this.#leases.suspend();
    this.#shared.topics.settleAll();
    this.#shared.relays.giveUp();
  }

  /** Whether so much time has passed in a moment that the others may have given this node up. */
  #wasSuspended(time: number): boolean {
    return time - this.#steppedAt >= this.#options.leaseMs / 3;
  }

  #gone(node: NodeId): void {
    this.#shared.topics.nodeGone(node);
    this.#shared.relays.giveUp(node);
    this.#inbox.forgetNode(node);
  }

  #message(channel: string, text: string): void {
    // All nodes that have a topic open hear its channel, the one that speaks too.
    if (text.startsWith(this.#head)) return;
    const batch = readBatch(text);
    if (batch === undefined) return;
    if (batch.v !== majorVersion) return this.#strangers.met(batch);
    this.#leases.heard(batch.n);
    if (Channels.isTopic(channel)) this.#shared.topics.heard(channel, batch);
    else this.#inbox.receive(channel, batch);
  }

  #relay(node: NodeId, { c, from, to, f: frame }: RelayPart): Outcome {
    const topic = this.#shared.topics.get(c);
    if (topic === undefined) return "absent";
    // What came while this node was suspended was given up by its sender; and so it is by the others if
    // they are gone for this node.
    if (this.#wasSuspended(this.#options.now()) || !topic.hasNode(node)) return "dropped";
    return topic.receiver.remoteRelay(topic.name, { from, to, frame, reference: "" });
  }

  #take({ n: node, e: epoch }: Batch, part: NodePart): void {
    const { topics, relays } = this.#shared;
    switch (part.t) {
      case "ask":
        return topics.asked(part.c, node);
      case "state":
        return topics.get(part.c)?.state(node, epoch, part.at, part.m);
      case "gone":
        return topics.get(part.c)?.gone(node, part.at);
      case "got":
        return relays.got(part.c, part.s);
      case "lost":
        return relays.lost(part.c, part.after, part.s);
      case "failed":
        return relays.failed(part.c, part.s, part.i, part.o);
      default:
    }
  }
}
