// The bus between nodes. Each node owns its members and tells the others of them; Redis carries what is said,
// and keeps nothing but leases and claims. This file brings the parts together: what the carrier says,
// what comes in, and what passes with time.

import type { Answers, Bus, Link, Receiver } from "../core/bus.ts";
import { ControlHandlers } from "../core/control-handlers.ts";
import type { NodeId } from "../core/ids.ts";
import type { Carrier } from "./carrier.ts";
import type { Channels } from "./channels.ts";
import { Claims } from "./claims.ts";
import { Hearing } from "./dispatch.ts";
import { Relays } from "./in-flight.ts";
import { Leases } from "./leases.ts";
import { Outgoing } from "./outgoing.ts";
import { RemoteLink, type Shared } from "./remote-link.ts";
import type { ClusterLog } from "./strangers.ts";
import { Topics } from "./topics.ts";

export interface ClusterOptions {
  readonly node: NodeId;
  readonly carrier: Carrier;
  readonly channels: Channels;
  readonly leaseMs: number;
  /** What people who look into Redis are told of this node. */
  readonly about: object;
  readonly log: ClusterLog;
  /** Is told of faults of ours. Must not throw. */
  readonly fault: (thrown: unknown) => void;
  /** Milliseconds; only grows. */
  readonly now: () => number;
  /** Runs a callback at the end of the tick. */
  readonly schedule: (run: () => void) => void;
}

/** Milliseconds after which relays that nobody answers for are given up, at least. */
const minAnswerMs = 1000;

/** What the operator is told. */
const messages = {
  all: "Redis is reached: the peers of all nodes meet",
  some: "a part of Redis cannot be reached: of some topics only the peers of this node meet",
  none: "Redis cannot be reached: only the peers of this node meet",
  gone: "another node is gone, and all its peers with it",
  full: "Redis takes no keys: the other nodes cannot know this one",
} as const;

export class Cluster implements Bus {
  readonly node: NodeId;
  readonly #options: ClusterOptions;
  readonly #shared: Shared;
  readonly #leases: Leases;
  readonly #hearing: Hearing;
  readonly #handlers: ControlHandlers;
  #isClosed = false;
  #renewedAt = 0;
  #steppedAt: number;
  /** It was suspended, and may not have heard yet all that came meanwhile. */
  #isLate = false;

  constructor(options: ClusterOptions) {
    const { node, carrier, channels, log, now, schedule } = options;
    const reaches = (channel: string): boolean => this.#reaches(channel);
    const relays = new Relays(now);
    const wayTo = (to: NodeId, topicChannel: string): string => {
      const own = channels.node(to);
      return reaches(own) ? own : channels.inbox(topicChannel, to);
    };
    const unheard = (channel: string): void => topics.unheard(channel);
    const outgoing = new Outgoing(node, carrier, relays, schedule, unheard);
    const forgetInbox = (channel: string): void => this.#hearing.forgetChannel(channel);
    const topics: Topics = new Topics({ ...options, outgoing, reaches, wayTo, forgetInbox });
    this.node = node;
    this.#options = options;
    this.#steppedAt = now();
    this.#handlers = new ControlHandlers(options.fault);
    this.#leases = new Leases(options, {
      nodes: () => topics.nodes,
      alive: (other, epoch) => topics.nodeAlive(other, epoch),
      gone: (other) => this.#gone(other),
      lost: () => this.#join(),
    });
    const claims = new Claims(node, carrier, this.#leases, now);
    this.#shared = { channels, topics, outgoing, relays, claims, reaches, wayTo, schedule };
    this.#hearing = new Hearing(node, this.#shared, log, {
      isLate: () => this.#isLate || this.#wasSuspended(now()),
      spoke: (other) => this.#leases.heard(other),
    });
  }

  get isReachable(): boolean {
    return this.#options.carrier.reach === "all" && this.#leases.isHeld;
  }

  get others(): Iterable<NodeId> {
    return this.#shared.topics.nodes;
  }

  /** Connects, and goes on trying for as long as it takes. */
  start(): void {
    const { carrier, channels } = this.#options;
    carrier.start({
      up: () => this.#join(),
      down: (problem) => this.#down(problem),
      message: (channel, text) => this.#hearing.hear(channel, text),
    });
    carrier.subscribe([channels.node(this.node)]).catch(() => undefined);
  }

  link(namespace: string, receiver: Receiver): Link {
    return new RemoteLink(this.#shared, namespace, receiver);
  }

  onQuestion(kind: string, answer: (question: unknown) => unknown): void {
    this.#handlers.onQuestion(kind, answer);
  }

  onOrder(kind: string, obey: (order: unknown) => void): void {
    this.#handlers.onOrder(kind, obey);
  }

  async ask(kind: string, question: unknown): Promise<Answers> {
    const answered = await this.#handlers.answer(kind, question);
    const answers = new Map<NodeId, unknown>();
    if (answered !== undefined) answers.set(this.node, answered.answer);
    return { answers, missing: [...(answered ? [] : [this.node]), ...this.others] };
  }

  tell(to: NodeId | "all", kind: string, order: unknown): void {
    if (to === "all" || to === this.node) this.#handlers.obey(kind, order);
  }

  /** To be called some ten times a second: what passes with time. */
  step(): void {
    const { carrier, now, leaseMs } = this.#options;
    const { topics, relays, claims } = this.#shared;
    const time = now();
    // One that was suspended may have lost its lease meanwhile.
    if (this.#wasSuspended(time)) this.#isLate = true;
    const isDue = time - this.#renewedAt >= leaseMs / 3 || this.#isLate;
    this.#steppedAt = time;
    if (carrier.reach !== "none" && isDue) this.#renew(time);
    topics.step();
    relays.expire(time - Math.max(minAnswerMs, leaseMs / 3));
    this.#hearing.answer();
    claims.sweep();
  }

  /** Says good-bye to the other nodes; the hubs have no members any more. */
  async close(): Promise<void> {
    const { carrier, channels } = this.#options;
    this.#shared.claims.end();
    this.#shared.outgoing.flush();
    this.#isClosed = true;
    if (this.#leases.isHeld)
      await carrier.keys.delete(channels.lease(this.node)).catch(() => undefined);
    await carrier.close();
  }

  #reaches(name: string): boolean {
    return this.#leases.isHeld && !this.#isClosed && this.#options.carrier.reaches(name);
  }

  #renew(time: number): void {
    this.#renewedAt = time;
    if (!this.#leases.isHeld) return this.#join();
    void this.#leases.renew().then(() => {
      this.#isLate = false;
    });
  }

  /** Makes this node known, or known again: it may have missed something, or have been missed. */
  #join(): void {
    if (this.#isClosed) return;
    this.#isLate = false;
    const { outgoing } = this.#shared;
    this.#renewedAt = this.#options.now();
    const epoch = ++outgoing.epoch;
    void this.#leases.take(epoch).then(() => {
      if (epoch === outgoing.epoch) this.#joined();
    });
  }

  #joined(): void {
    const { carrier, channels, log } = this.#options;
    const { topics, claims } = this.#shared;
    if (carrier.reach === "none" || this.#isClosed) return;
    if (!this.#leases.isHeld) {
      topics.settleUnreached();
      if (carrier.reaches(channels.lease(this.node))) log.warn({}, messages.full);
      return;
    }
    if (carrier.reach === "all") log.info({ node: this.node }, messages.all);
    claims.renewAll();
    topics.greetAll();
  }

  #down(problem: string): void {
    const { carrier, channels, log } = this.#options;
    const { topics, relays } = this.#shared;
    if (carrier.reach === "none") this.#leases.suspend();
    topics.settleUnreached();
    // Answers come by this node's own channel.
    const isDeaf = !this.#reaches(channels.node(this.node));
    relays.giveUp((channel) => isDeaf || !this.#reaches(channel));
    log.warn({ problem }, carrier.reach === "some" ? messages.some : messages.none);
  }

  /** Whether so much time has passed in a moment that the others may have given this node up. */
  #wasSuspended(time: number): boolean {
    return time - this.#steppedAt >= this.#options.leaseMs / 3;
  }

  #gone(node: NodeId): void {
    this.#options.log.info({ node }, messages.gone);
    this.#shared.topics.nodeGone(node);
    this.#shared.relays.giveUp((_, to) => to === node);
    this.#hearing.forgetNode(node);
  }
}
