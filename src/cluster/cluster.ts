// The bus between nodes. Each node owns its members and tells the others of them; Redis carries what is said,
// and keeps nothing but leases and claims. This file brings the parts together: what the carrier says,
// what comes in, and what passes with time.

import type { Answers, Bus, Link, Receiver } from "../core/bus.ts";
import { ControlHandlers } from "../core/control-handlers.ts";
import type { NodeId } from "../core/ids.ts";
import { Claims } from "./claims.ts";
import { ClusterLink } from "./cluster-link.ts";
import type { ClusterContext } from "./context.ts";
import { Incoming } from "./incoming.ts";
import { KnownNodes } from "./known-nodes.ts";
import { Lease } from "./lease.ts";
import { Outgoing } from "./outgoing.ts";
import { Topics } from "./topics.ts";

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
  readonly #context: ClusterContext;
  readonly #lease: Lease;
  readonly #nodes: KnownNodes;
  readonly #outgoing: Outgoing;
  readonly #topics: Topics;
  readonly #claims: Claims;
  readonly #incoming: Incoming;
  readonly #handlers: ControlHandlers;
  #isClosed = false;
  #renewing: Promise<void> | undefined;
  #renewedAt = 0;
  #steppedAt: number;
  /** It was suspended, and may not have heard yet all that came meanwhile. */
  #isLate = false;

  constructor(context: ClusterContext) {
    const { node, now } = context;
    this.node = node;
    this.#context = context;
    this.#steppedAt = now();
    this.#handlers = new ControlHandlers(context.fault);
    this.#lease = new Lease(context);
    this.#nodes = new KnownNodes(context, this.#lease);
    this.#outgoing = new Outgoing(context, this.#lease, (other, topicChannel) => {
      if (topicChannel !== undefined) this.#topics.unheard(topicChannel, other);
    });
    this.#topics = new Topics(context, this.#nodes, this.#outgoing);
    this.#claims = new Claims(context, this.#lease, this.#nodes);
    this.#incoming = new Incoming(
      node,
      this.#nodes,
      this.#topics,
      this.#outgoing,
      () => this.#isLate || this.#wasSuspended(now()),
    );
  }

  get isReachable(): boolean {
    return this.#context.carrier.reach === "all" && this.#lease.isHeld;
  }

  get others(): Iterable<NodeId> {
    return this.#nodes.all;
  }

  /** Connects, and goes on trying for as long as it takes. */
  start(): void {
    const { carrier, channels } = this.#context;
    carrier.start({
      up: () => this.#join(),
      down: (problem) => this.#down(problem),
      message: (channel, text) => this.#incoming.hear(channel, text),
    });
    carrier.subscribe([channels.node(this.node)]).catch(() => undefined);
  }

  link(namespace: string, receiver: Receiver): Link {
    const parts = {
      node: this.node,
      channels: this.#context.channels,
      topics: this.#topics,
      outgoing: this.#outgoing,
      incoming: this.#incoming,
      claims: this.#claims,
    };
    return new ClusterLink(parts, namespace, receiver);
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
    const { carrier, now, leaseMs } = this.#context;
    const time = now();
    // One that was suspended may have lost its lease meanwhile.
    if (this.#wasSuspended(time)) this.#isLate = true;
    const isDue = time - this.#renewedAt >= leaseMs / 3 || this.#isLate;
    this.#steppedAt = time;
    if (carrier.reach !== "none" && isDue) this.#renew(time);
    this.#topics.step();
    this.#outgoing.inFlight.expire(time - Math.max(minAnswerMs, leaseMs / 3));
    this.#incoming.answer();
    this.#claims.sweep();
  }

  /** Says good-bye to the other nodes; the hubs have no members any more. */
  async close(): Promise<void> {
    this.#claims.end();
    this.#outgoing.flush();
    this.#isClosed = true;
    await this.#lease.release();
    await this.#context.carrier.close();
  }

  #renew(time: number): void {
    this.#renewedAt = time;
    if (!this.#lease.isHeld) return this.#join();
    this.#renewing ??= this.#renewAndLook().finally(() => {
      this.#renewing = undefined;
    });
    void this.#renewing.then(() => {
      this.#isLate = false;
    });
  }

  /** Renews the lease, and looks for nodes that did not renew theirs. */
  async #renewAndLook(): Promise<void> {
    try {
      if (!(await this.#lease.renew())) return this.#join();
      const { alive, gone } = await this.#nodes.look();
      for (const [node, epoch] of alive) this.#topics.nodeAlive(node, epoch);
      for (const node of gone) this.#gone(node);
    } catch {
      // The carrier says when it is down.
    }
  }

  /** Makes this node known, or known again: it may have missed something, or have been missed. */
  #join(): void {
    if (this.#isClosed) return;
    this.#isLate = false;
    this.#renewedAt = this.#context.now();
    const epoch = ++this.#outgoing.epoch;
    void this.#lease.take(epoch).then(() => {
      if (epoch === this.#outgoing.epoch) this.#joined();
    });
  }

  #joined(): void {
    const { carrier, channels, log } = this.#context;
    if (carrier.reach === "none" || this.#isClosed) return;
    if (!this.#lease.isHeld) {
      this.#topics.settleUnreached();
      if (carrier.reaches(channels.lease(this.node))) log.warn({}, messages.full);
      return;
    }
    if (carrier.reach === "all") log.info({ node: this.node }, messages.all);
    this.#claims.renewAll();
    this.#topics.greetAll();
  }

  #down(problem: string): void {
    const { carrier, channels, log } = this.#context;
    if (carrier.reach === "none") this.#lease.suspend();
    this.#topics.settleUnreached();
    // Answers come by this node's own channel.
    const isDeaf = !this.#lease.reaches(channels.node(this.node));
    this.#outgoing.inFlight.giveUp((channel) => isDeaf || !this.#lease.reaches(channel));
    log.warn({ problem }, carrier.reach === "some" ? messages.some : messages.none);
  }

  /** Whether so much time has passed in a moment that the others may have given this node up. */
  #wasSuspended(time: number): boolean {
    return time - this.#steppedAt >= this.#context.leaseMs / 3;
  }

  #gone(node: NodeId): void {
    const { channels, log } = this.#context;
    log.info({ node }, messages.gone);
    this.#topics.nodeGone(node);
    this.#nodes.forget(node);
    this.#outgoing.forget(channels.node(node));
    this.#outgoing.giveUp(node);
    this.#incoming.forgetNode(node);
  }
}
