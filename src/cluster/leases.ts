// Which nodes are alive: each keeps a key that expires, and looks at those of the nodes that it knows. A
// node whose key is gone is gone itself, once it has said nothing for as long. Redis may have lost its keys: after
// each new connection, nodes have the time of a lease to bring theirs back.

import type { NodeId } from "../core/ids.ts";
import type { Carrier } from "./carrier.ts";
import type { Channels } from "./channels.ts";
import { majorVersion } from "./message.ts";

/** What leases are about. */
export interface Others {
  /** The nodes that this one knows. */
  nodes(): Iterable<NodeId>;
  /** A node is alive; its epoch as of its lease. */
  alive(node: NodeId, epoch: number): void;
  gone(node: NodeId): void;
  /** This node's own lease has run out: to the others it was gone. */
  lost(): void;
}

/** This node, and what it needs to keep its lease. */
export interface Tenant {
  readonly node: NodeId;
  readonly carrier: Carrier;
  readonly channels: Channels;
  readonly leaseMs: number;
  /** What people who look into Redis are told of this node, beside its version. */
  readonly about: object;
  /** Milliseconds, on the cluster's clock. */
  readonly now: () => number;
}

export class Leases {
  /** Whether this node's lease is in force. */
  isHeld = false;
  readonly #own: Tenant;
  readonly #others: Others;
  /** What the lease is to say, as long as Redis does not. */
  #unset: string | undefined;
  /** Since when no key can have been lost. */
  #since = 0;
  #renewing: Promise<void> | undefined;
  /** When the nodes that this one knows have last said something. */
  #heardAt = new Map<NodeId, number>();

  constructor(own: Tenant, others: Others) {
    this.#own = own;
    this.#others = others;
  }

  /** Takes the lease after a new connection, or after it was lost; out of reach, it stays what it is. */
  async take(epoch: number): Promise<void> {
    const { carrier, about, now } = this.#own;
    this.#since = now();
    this.#unset = JSON.stringify({ version: majorVersion, epoch, ...about });
    if (!carrier.reaches(this.#key)) return;
    // A Redis that is full refuses to set a key, but lets one that is there live on.
    this.isHeld = (await this.#set()) || (await this.#extend().catch(() => false));
  }

  /** Nothing is reached any more. */
  suspend(): void {
    this.isHeld = false;
  }

  /** A node has said something. */
  heard(node: NodeId): void {
    this.#heardAt.set(node, this.#own.now());
  }

  /** Renews the lease, and looks for nodes that did not renew theirs. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renew(): Promise<void> {
    try {
      if (!(await this.#extend())) return this.#others.lost();
      await this.#set();
      await this.#look();
    } catch {
      // The carrier says when it is down.
    }
  }

  /** Whether the lease of a node is gone by now. */
  async isGone(node: NodeId): Promise<boolean> {
    const { carrier, channels } = this.#own;
    const [value] = await carrier.keys.get([channels.lease(node)]);
    return value === null;
  }

  get #key(): string {
    return this.#own.channels.lease(this.#own.node);
  }

  #extend(): Promise<boolean> {
    const { carrier, leaseMs } = this.#own;
    carrier.ping();
    return carrier.keys.extend(this.#key, leaseMs);
  }

  /** @returns whether the lease says what it should */
  async #set(): Promise<boolean> {
    const { carrier, leaseMs } = this.#own;
    const value = this.#unset;
    if (value === undefined) return true;
    try {
      await carrier.keys.set(this.#key, value, leaseMs);
      if (this.#unset === value) this.#unset = undefined;
      return true;
    } catch {
      return false;
    }
  }

  async #look(): Promise<void> {
    const { carrier, channels } = this.#own;
    const nodes = [...this.#others.nodes()];
    this.#forgetAllBut(nodes);
    if (nodes.length === 0) return;
    const since = this.#since;
    const values = await carrier.keys.get(nodes.map((node) => channels.lease(node)));
    if (since !== this.#since || !this.isHeld) return;
    for (const [index, node] of nodes.entries()) {
      const value = values[index];
      if (typeof value === "string") this.#others.alive(node, epochOf(value));
      else if (value === null && this.#isSilent(node, since)) this.#others.gone(node);
    }
  }

  #isSilent(node: NodeId, since: number): boolean {
    const heardAt = this.#heardAt.get(node) ?? since;
    return this.#own.now() - Math.max(heardAt, since) >= this.#own.leaseMs;
  }

  #forgetAllBut(nodes: readonly NodeId[]): void {
    const heardAt = nodes.map((node) => [node, this.#heardAt.get(node) ?? this.#since] as const);
    this.#heardAt = new Map(heardAt);
  }
}

function epochOf(value: string): number {
  try {
    const { epoch } = JSON.parse(value);
    return typeof epoch === "number" ? epoch : 0;
  } catch {
    return 0;
  }
}
