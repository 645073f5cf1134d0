// The other nodes, and which of the open topics each has open too. A node is gone if its lease is gone and it has been
// silent for as long as a lease lasts. Redis may lose its keys, so after each new connection nodes have the time of a
// lease to write theirs again. Anybody who can publish can use the name of a node that does not exist: a node is
// unproven until its lease has been seen. The first look decides, and until then only some such nodes are listened to.

import type { NodeId } from "../core/ids.ts";
import type { ClusterContext } from "./context.ts";
import { epochOf, type Lease } from "./lease.ts";
import { MemberRoom } from "./member-room.ts";
import { majorVersion } from "./message.ts";
import { StoppingNodes } from "./stopping-nodes.ts";

interface KnownNode {
  /** The channels of the topics that are open both there and here. */
  readonly topics: Set<string>;
  /** When its last message came, by the cluster's clock. */
  heardAt: number;
  /** `unreadable`: it has not been seen yet, because it was out of reach. */
  lease: "unseen" | "unreadable" | "seen";
  /** Whether it has been told that this node is here. */
  isGreeted: boolean;
}

/** What a look at leases has shown. */
export interface Look {
  /** With the epoch in each lease. */
  readonly alive: readonly (readonly [NodeId, number])[];
  readonly gone: readonly NodeId[];
}

/** Unproven nodes that are listened to at a time; messages of others are ignored. */
const maxUnproven = 1024;

/** Topics that an unproven node may have open; after that its messages are ignored. */
const maxUnprovenTopics = 2048;

/** Nodes of other versions that are logged; more of them are ignored in silence. */
const maxToldVersions = 100;

export class KnownNodes {
  readonly #context: ClusterContext;
  readonly #lease: Lease;
  readonly #nodes = new Map<NodeId, KnownNode>();
  readonly #unproven = new Set<NodeId>();
  readonly stopping = new StoppingNodes();
  /** For the members on other nodes. */
  readonly room: MemberRoom;
  readonly #toldVersions = new Set<NodeId>();

  constructor(context: ClusterContext, lease: Lease) {
    this.#context = context;
    this.#lease = lease;
    this.room = new MemberRoom(context.log);
  }

  /** The nodes that are alive, as far as is known. */
  *alive(): Iterable<NodeId> {
    for (const [node, { lease }] of this.#nodes)
      if (lease !== "unseen" && !this.stopping.has(node)) yield node;
  }

  /** Whether it is alive, or has stopped so shortly ago that its members are kept. */
  keeps(node: NodeId): boolean {
    const known = this.#nodes.get(node);
    return known !== undefined && known.lease !== "unseen";
  }

  /** Whether there are nodes whose lease has never been looked at. */
  get hasNew(): boolean {
    return this.#unproven.values().some((node) => this.#isNew(node));
  }

  /** Whether its lease has been seen. */
  isProven(node: NodeId): boolean {
    return this.#nodes.get(node)?.lease === "seen";
  }

  /** The channels of the topics that are open both there and here. */
  topics(node: NodeId): Iterable<string> {
    return this.#nodes.get(node)?.topics ?? [];
  }

  /**
   * A message of this node has come.
   * @returns false if the message is to be ignored
   */
  heard(node: NodeId): boolean {
    const known = this.#nodes.get(node) ?? this.#meet(node);
    if (known === undefined) return false;
    known.heardAt = this.#context.now();
    // A node that has stopped says nothing more.
    this.stopping.delete(node);
    return known.lease === "seen" || known.topics.size < maxUnprovenTopics;
  }

  /** Notes that it is being told that this node is here. @returns false if it was told before */
  greet(node: NodeId): boolean {
    const known = this.#nodes.get(node);
    if (known === undefined || known.isGreeted) return false;
    known.isGreeted = true;
    return true;
  }

  /**
   * It is said to stop. If its lease is gone, its members are kept for a while.
   * @returns whether it stops
   */
  async stops(node: NodeId): Promise<boolean> {
    if (!this.#nodes.has(node)) return false;
    this.stopping.add(node, this.#context.now() + this.#context.keepMs);
    if (await this.#isGoneNow(node).catch(() => false)) return true;
    this.stopping.delete(node);
    return false;
  }

  /** Doubts the nodes that have stopped long enough ago. Call it ten times a second. */
  step(): void {
    for (const node of this.stopping.takeOver(this.#context.now())) {
      const known = this.#nodes.get(node);
      if (known === undefined) continue;
      known.lease = "unseen";
      this.#unproven.add(node);
    }
  }

  /** Logs once that a node has another version, and so does not meet this one. */
  versionMismatch(node: NodeId, version: number): void {
    if (this.#toldVersions.has(node) || this.#toldVersions.size === maxToldVersions) return;
    this.#toldVersions.add(node);
    this.#context.log.warn(
      { version, own: majorVersion },
      "another node speaks another version: the two do not meet",
    );
  }

  opened(node: NodeId, topicChannel: string): void {
    this.#nodes.get(node)?.topics.add(topicChannel);
  }

  closed(node: NodeId, topicChannel: string): void {
    this.#nodes.get(node)?.topics.delete(topicChannel);
  }

  /** The node is gone. */
  forget(node: NodeId): void {
    this.#nodes.delete(node);
    this.#unproven.delete(node);
    this.stopping.delete(node);
  }

  /** Looks at the leases of all nodes. Rejects if Redis does not answer. */
  async look(): Promise<Look> {
    return await this.#look([...this.#nodes.keys()]);
  }

  /** Looks at the leases that have never been looked at. Rejects if Redis does not answer. */
  async lookAtNew(): Promise<Look> {
    return await this.#look([...this.#unproven].filter((node) => this.#isNew(node)));
  }

  /** Whether its claims are in force. Rejects if Redis does not answer. */
  async holds(node: NodeId): Promise<boolean> {
    return this.stopping.has(node) || !(await this.#isGoneNow(node));
  }

  /** Whether a node has no lease now. Rejects if Redis does not answer. */
  async #isGoneNow(node: NodeId): Promise<boolean> {
    const [value] = await this.#leasesOf([node]);
    return value === null;
  }

  async #look(nodes: readonly NodeId[]): Promise<Look> {
    const alive: [NodeId, number][] = [];
    const gone: NodeId[] = [];
    const { takenAt } = this.#lease;
    const values = nodes.length === 0 ? [] : await this.#leasesOf(nodes);
    if (takenAt !== this.#lease.takenAt || !this.#lease.isHeld) return { alive, gone };
    for (const [index, node] of nodes.entries()) {
      const value = values[index];
      if (typeof value === "string") alive.push([node, epochOf(value)]);
      if (this.#isGone(node, value)) gone.push(node);
    }
    return { alive, gone };
  }

  #isNew(node: NodeId): boolean {
    return this.#nodes.get(node)?.lease === "unseen";
  }

  /** @param lease its value: `null` if there is none, `undefined` if it is out of reach */
  #isGone(node: NodeId, lease: string | null | undefined): boolean {
    const known = this.#nodes.get(node);
    if (known === undefined || this.stopping.has(node)) return false;
    if (lease === null) return known.lease === "unseen" || this.#isSilent(known);
    if (lease !== undefined) {
      known.lease = "seen";
      this.#unproven.delete(node);
    } else if (known.lease === "unseen") known.lease = "unreadable";
    return false;
  }

  async #leasesOf(nodes: readonly NodeId[]): Promise<readonly (string | null | undefined)[]> {
    const { carrier, channels } = this.#context;
    return await carrier.keys.get(nodes.map((node) => channels.lease(node)));
  }

  #isSilent({ heardAt }: KnownNode): boolean {
    const { now, leaseMs } = this.#context;
    return now() - Math.max(heardAt, this.#lease.takenAt) >= leaseMs;
  }

  #meet(node: NodeId): KnownNode | undefined {
    if (this.#unproven.size >= maxUnproven) return undefined;
    const met: KnownNode = {
      topics: new Set(),
      heardAt: 0,
      lease: "unseen",
      isGreeted: false,
    };
    this.#nodes.set(node, met);
    this.#unproven.add(node);
    return met;
  }
}
