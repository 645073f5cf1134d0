// The bus between nodes. Each node owns its members and tells the others about them. Redis carries the messages and
// keeps only leases and claims. This file connects the parts to the carrier's events and to the passing of time.

import type { Bus, Link, Receiver } from "../core/bus.ts";
import type { NodeId } from "../core/ids.ts";
import type { SharedSet } from "../core/shared-set.ts";
import { Claims } from "./claims.ts";
import { ClusterLink } from "./cluster-link.ts";
import type { ClusterContext } from "./context.ts";
import { Control } from "./control.ts";
import { answerMs } from "./in-flight.ts";
import { Incoming } from "./incoming.ts";
import { KnownNodes, type Look } from "./known-nodes.ts";
import { Lease } from "./lease.ts";
import { messages } from "./messages.ts";
import { Outgoing } from "./outgoing.ts";
import { Topics } from "./topics.ts";

export class Cluster implements Bus {
  readonly node: NodeId;
  readonly #context: ClusterContext;
  readonly #lease: Lease;
  readonly #nodes: KnownNodes;
  readonly #outgoing: Outgoing;
  readonly #topics: Topics;
  readonly claims: Claims;
  readonly #incoming: Incoming;
  readonly #control: Control;
  #isClosed = false;
  #renewing: Promise<void> | undefined;
  #isLooking = false;

  constructor(context: ClusterContext) {
    this.node = context.node;
    this.#context = context;
    this.#lease = new Lease(context);
    this.#nodes = new KnownNodes(context, this.#lease);
    this.#outgoing = new Outgoing(context, this.#lease, (other, topicChannel) => {
      if (topicChannel !== undefined) this.#topics.unheard(topicChannel, other);
      else this.#control.lost(other);
    });
    this.#topics = new Topics(context, this.#nodes, this.#outgoing);
    this.#control = new Control(context, this.#nodes, this.#outgoing, (other) =>
      this.#stopping(other),
    );
    this.claims = new Claims(context, this.#lease, this.#nodes);
    this.#incoming = new Incoming(
      context,
      this.#lease,
      this.#nodes,
      this.#topics,
      this.#control,
      this.#outgoing,
    );
  }

  get isReachable(): boolean {
    const { carrier, refused } = this.#context;
    return carrier.reach === "all" && this.#lease.isHeld && !refused.isAny;
  }

  get isLate(): boolean {
    return this.#topics.isLate;
  }

  get others(): Iterable<NodeId> {
    return this.#nodes.alive();
  }

  /** Connects, and tries again until it succeeds. */
  start(): void {
    const { carrier, channels } = this.#context;
    carrier.start({
      up: () => this.#join(),
      down: (problem) => this.#down(problem),
      message: (channel, bytes) => this.#incoming.hear(channel, bytes),
    });
    for (const channel of [channels.nodes, channels.node(this.node)])
      carrier.subscribe([channel]).catch(() => undefined);
  }

  link(namespace: string, receiver: Receiver): Link {
    const parts = {
      context: this.#context,
      nodes: this.#nodes,
      topics: this.#topics,
      outgoing: this.#outgoing,
      incoming: this.#incoming,
      claims: this.claims,
    };
    return new ClusterLink(parts, namespace, receiver);
  }

  onQuestion(kind: string, answer: (question: unknown) => unknown): void {
    this.#control.handlers.onQuestion(kind, answer);
  }

  onOrder(kind: string, obey: (order: unknown) => void): void {
    this.#control.handlers.onOrder(kind, obey);
  }

  shared(name: string, added: () => void): SharedSet {
    return this.#control.sets.open(name, added);
  }

  readonly keeps: Bus["keeps"] = (node) => this.#nodes.keeps(node);
  readonly ask: Bus["ask"] = (...question) => this.#control.ask(...question);
  readonly tell: Bus["tell"] = (...order) => this.#control.tell(...order);
  readonly firstValue: Bus["firstValue"] = (...value) => this.#control.values.first(...value);

  /** Does what is due by now. Call it ten times a second. */
  step(): void {
    const { carrier, now, leaseMs } = this.#context;
    if (this.#lease.step() && carrier.reach !== "none") this.#renew();
    this.#nodes.step();
    this.#lookAtNew();
    this.#topics.step();
    this.#control.step();
    this.#outgoing.inFlight.expire(now() - answerMs(leaseMs));
    this.#incoming.answer();
    this.claims.sweep();
  }

  /** Tells the other nodes that this one leaves, and disconnects. The hubs must have no members any more. */
  async close(): Promise<void> {
    this.claims.end();
    this.#outgoing.flush();
    this.#isClosed = true;
    await this.#lease.release();
    this.#control.sayAway();
    await this.#context.carrier.close();
  }

  #renew(): void {
    if (!this.#lease.isHeld) return this.#join();
    this.#renewing ??= this.#renewAndLook().finally(() => {
      this.#renewing = undefined;
      this.#lease.caughtUp();
    });
  }

  /** Renews the lease, and looks for nodes that have not renewed theirs. Failures show as the carrier's `down`. */
  async #renewAndLook(): Promise<void> {
    const isHeld = await this.#lease.renew().catch(() => undefined);
    if (isHeld === false) return this.#join();
    const look = await this.#nodes.look().catch(() => undefined);
    if (look !== undefined) this.#saw(look);
    await this.claims.settleRefusals();
  }

  /** Checks whether nodes exist that have sent something for the first time. */
  #lookAtNew(): void {
    if (this.#isLooking || !this.#lease.isHeld || !this.#nodes.hasNew) return;
    this.#isLooking = true;
    this.#nodes
      .lookAtNew()
      .then((look) => this.#saw(look))
      .catch(() => undefined)
      .finally(() => {
        this.#isLooking = false;
      });
  }

  #saw({ alive, gone }: Look): void {
    for (const [node, epoch] of alive) this.#topics.nodeAlive(node, epoch);
    for (const node of gone) this.#gone(node);
  }

  /** Makes this node known, again if need be: it may have missed messages, and others may have missed its own. */
  #join(): void {
    if (this.#isClosed) return;
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
    this.claims.renewAll();
    this.#control.reached();
    this.#topics.greetAll();
  }

  #down(problem: string): void {
    const { carrier, channels, log } = this.#context;
    if (carrier.reach === "none") this.#lease.suspend();
    this.#control.sets.unreached();
    this.#topics.settleUnreached();
    // Answers come by this node's inbox.
    const isDeaf = !this.#lease.reaches(channels.node(this.node));
    this.#outgoing.inFlight.giveUp((channel) => isDeaf || !this.#lease.reaches(channel));
    log.warn({ problem }, carrier.reach === "some" ? messages.some : messages.none);
  }

  /** Its members are out of reach, and kept for a while where others would be told that they have left. */
  async #stopping(node: NodeId): Promise<void> {
    if (await this.#nodes.stops(node)) this.#topics.nodeGone(node, true);
  }

  #gone(node: NodeId): void {
    const { channels, log } = this.#context;
    if (this.#nodes.isProven(node)) log.info({ node }, messages.gone);
    this.#topics.nodeGone(node);
    this.#nodes.forget(node);
    this.#outgoing.inFlight.forget(channels.node(node));
    this.#outgoing.giveUp(node);
    this.#incoming.forgetNode(node);
    this.#control.lost(node);
  }
}
